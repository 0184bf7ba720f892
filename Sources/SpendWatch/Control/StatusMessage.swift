package import SpendEngine

/// `status --json`: where everything stands. Amounts are in the metric's unit (nano-dollars for spend), with a decimal string of
/// USD beside them where they are money; times are RFC 3339.
package struct StatusMessage: Codable, Sendable, Hashable {
  package var version: String
  package var pid: Int32
  package var state: String
  package var rulesFile = ""
  /// The rules' (IANA); nil where none is known.
  package var timeZone: String?
  /// Engine time.
  package var time: EngineTime
  package var startedAt: EngineTime
  package var isCatchingUp: Bool
  package var rules: [RuleMessage]
  package var halts: [HaltMessage]
  /// Halts that wait for the brake.
  package var brakeHeld: Int
  package var switches: [SwitchMessage]
  package var sources: [SourceMessage]
  package var files: [FileMessage]
  package var books: BooksMessage
  /// Distinct names seen, by dimension.
  package var names: [String: Int]
  /// nil from a daemon of before they were counted.
  package var subjects: SubjectsMessage?
  package var outbox: OutboxMessage
  package var commits: CommitMessage
  /// For people: what needs their eye.
  package var warnings: [String]
  /// What blinds the watcher, told and not over; switches aside. nil from a daemon that is down, or an older one.
  package var alarms: [AlarmMessage]?

  package struct AlarmMessage: Codable, Sendable, Hashable {
    /// `file-stuck`, ... as receivers get it.
    package var kind: String
    /// A source's pattern; empty for the state.
    package var subject: String
    package var since: EngineTime
    /// For people.
    package var text: String
    init(_ alarm: Alarm) {
      kind = alarm.kind.name
      subject = alarm.subject
      since = alarm.since
      text = AlarmText(alarm).line
    }
  }

  package struct RuleMessage: Codable, Sendable, Hashable {
    package var name: String
    package var per: String
    package var metric: String
    package var window: String
    /// `threshold`, `ceiling`, `spike`; nil from an older daemon.
    package var kind: String?
    package var mode: String
    /// Subjects seen in the current window; of a rule without sums, those with an alert.
    package var subjects: Int
    /// The nearest to their limits first.
    package var top: [Standing]
    /// What people accepted as normal, the latest first; nil where there is nothing.
    package var accepted: [AcceptedMessage]?
  }

  package struct AcceptedMessage: Codable, Sendable, Hashable {
    package var subject: SubjectMessage
    package var alias: String?
    package var at: EngineTime
    package var by: String
    package var why: String
    /// Nano-dollars that are expected in an hour since then, and were before.
    package var after: Int64
    package var before: Int64
  }

  package struct Standing: Codable, Sendable, Hashable {
    package var subject: SubjectMessage
    package var alias: String?
    /// In the metric's unit.
    package var value: Int64
    package var limit: Int64
    /// Decimal USD; nil where the metric is no money.
    package var valueUsd: String?
    package var limitUsd: String?
    /// `80%`, `firing`; nil below every step.
    package var level: String?
    package var windowStart: EngineTime?
    package var windowEnd: EngineTime?
    package var note: String
    /// `firing` or `80%`: a step whose condition holds since then, and not yet for as long as `for` says.
    package var pending: String?
    package var pendingSince: EngineTime?
    /// The condition has gone since then, and the alert is over at `quietUntil` if that stays so (`keep_firing_for`).
    package var quietSince: EngineTime?
    package var quietUntil: EngineTime?
    /// A person's resume holds until then.
    package var headroomUntil: EngineTime?
  }

  package struct HaltMessage: Codable, Sendable, Hashable {
    package var subject: SubjectMessage
    package var alias: String?
    /// One of the two.
    package var rule: String?
    package var person: String?
    package var why: String
    package var since: EngineTime
    /// nil = until somebody lifts it, or as `ends` says.
    package var until: EngineTime?
    /// The rule's `until`: `reset`, `clear`, `manual`, `30m`; nil for a person's halt, and where the rule is gone.
    package var ends: String?
    /// Waits for the brake: not asserted yet.
    package var isHeld: Bool
  }

  package struct SubjectsMessage: Codable, Sendable, Hashable {
    /// Sums that are kept ready, and that are packed because nobody has seen their subjects for long.
    package var hot: Int
    package var cold: Int
    /// `max_subjects`.
    package var maxSubjects: Int
    /// What has as many names as may be: `task`, `key+model`. New ones are counted together as `(other)`.
    package var full: [String]
  }

  package struct SwitchMessage: Codable, Sendable, Hashable {
    /// For people, without a password: `redis 127.0.0.1:6379`, `directory /run/spendfuse/halts`.
    package var name: String
    /// nil = it works.
    package var failingSince: EngineTime?
    package var problem: String?
    /// Subjects asserted.
    package var asserted: Int
    /// Halts found there that are not ours.
    package var foreign: [String]
    package init(
      name: String, failingSince: EngineTime? = nil, problem: String? = nil, asserted: Int = 0,
      foreign: [String] = []
    ) {
      self.name = name
      self.failingSince = failingSince
      self.problem = problem
      self.asserted = asserted
      self.foreign = foreign
    }
  }

  package struct SourceMessage: Codable, Sendable, Hashable {
    package var pattern: String
    package var format: String
    /// Files that are followed, and bytes of them that wait.
    package var files: Int
    package var unreadBytes: Int64
    /// Of `files` below, of those that are closed, and of those that were forgotten.
    package var books: BooksMessage
    /// Files that were read to their end and are gone or rewritten, and their part of the books.
    package var closedFiles: Int?
    package var closed: BooksMessage?
    /// The part of files that were gone for so long that nothing else is known of them.
    package var forgotten: BooksMessage?
    /// How often a file of it was found rewritten, and at least how many bytes of them were lost unread.
    package var truncations: Int64?
    package var lostBytes: Int64?
    /// Why its records may not be what they are taken for, for people; nil = nothing looks wrong.
    package var problem: String?
    /// What it waits for, for people, where no file matches it; nil from a daemon that is down, or an older one.
    package var waitsFor: String?
    package init(pattern: String, format: String, files: Int, unreadBytes: Int64, books: Books) {
      self.pattern = pattern
      self.format = format
      self.files = files
      self.unreadBytes = unreadBytes
      self.books = BooksMessage(books)
      problem = self.books.problem
    }
  }

  package struct FileMessage: Codable, Sendable, Hashable {
    package var path: String
    /// Of this generation of the file, for as long as the state lives; nil from an older daemon, as what follows.
    package var id: UInt32?
    /// Its place in `sources`; nil also where no source names it any more.
    package var source: Int?
    /// `active`, `rotated`, `copy`
    package var state: String?
    /// Bytes that wait; a copy has none.
    package var unreadBytes: Int64?
    /// How often it was found rewritten under this name, and at least how many bytes that destroyed unread.
    package var truncations: Int64?
    package var lostBytes: Int64?
    /// Bytes: read, and there.
    package var offset: Int64
    package var size: Int64
    /// Why it is not read any further, for people; nil = it is.
    package var problem: String?
    package var books: BooksMessage
    package init(path: String, offset: Int64, size: Int64, problem: String? = nil, books: Books) {
      self.path = path
      self.offset = offset
      self.size = size
      self.problem = problem
      self.books = BooksMessage(books)
    }
  }

  package struct OutboxMessage: Codable, Sendable, Hashable {
    /// Messages to deliver, and given up.
    package var pending: Int
    package var dead: Int
    package init(pending: Int = 0, dead: Int = 0) {
      self.pending = pending
      self.dead = dead
    }
  }

  package struct CommitMessage: Codable, Sendable, Hashable {
    /// The last batch committed.
    package var sequence: Int64
    package var at: EngineTime?
    /// Why the last try failed; nil = it did not.
    package var problem: String?
    /// Since when commits fail; nil = they do not.
    package var failingSince: EngineTime?
    /// Bytes that wait in memory for a commit, while they fail.
    package var waitingBytes: Int?
    package init(sequence: Int64 = 0, at: EngineTime? = nil, problem: String? = nil) {
      self.sequence = sequence
      self.at = at
      self.problem = problem
    }
  }
}
