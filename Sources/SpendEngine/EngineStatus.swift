/// Where everything stands, for `status`.
package struct EngineStatus: Sendable {
  /// One rule's view of one subject.
  package struct Standing: Sendable {
    package var subject: Subject
    package var value: Int64
    package var limit: Int64
    /// nil below every step.
    package var level: Decision.Level?
    package var windowStart: EngineTime?
    package var windowEnd: EngineTime?
    /// "resumed by ann, halts again at $27.50"; empty where there is nothing to say.
    package var note: String
    /// The highest step that is reached, and has not been for as long as `for` says; nil = none.
    package var pending: Pending?
    /// Since when an alert goes on although its condition has gone, and when it is over if that stays so; nil = it has not gone.
    package var quietSince: EngineTime?
    package var quietUntil: EngineTime?
    /// A person's resume holds until then.
    package var headroomEnd: EngineTime?

    package struct Pending: Sendable {
      package var level: Decision.Level
      package var since: EngineTime
    }
  }
  package struct RuleStanding: Sendable {
    package var rule: Rule
    /// Subjects seen by the rule in its current window.
    package var subjects: Int
    /// The nearest to their limits first, at most as many as asked for.
    package var top: [Standing]
  }
  /// How many series there are, and whether there is room for more.
  package struct Subjects: Sendable, Hashable {
    /// Sums that are kept ready, and that are packed because nobody has seen their subjects for long.
    package var hot: Int
    package var cold: Int
    /// `max_subjects`.
    package var most: Int
    /// Distinct names a dimension and combinations a `per` at most.
    package var mostNames: Int
    /// What has as many already: new ones are counted together as `(other)`.
    package var full: [Per]
  }
  package var time: EngineTime
  package var rules: [RuleStanding]
  package var halts: [Halt]
  /// Halts that wait for the brake.
  package var brakeHeld: Int
  package var files: [FileBook]
  package var books: Books
  /// Distinct names seen, by dimension.
  package var names: [Dimension: Int]
  package var subjects: Subjects
  /// Whether some source is still behind.
  package var isCatchingUp: Bool
}
