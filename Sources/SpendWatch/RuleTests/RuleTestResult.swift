package import SpendEngine

/// What became of one test.
package struct RuleTestResult: Sendable {
  package var name: String
  package var events: Int
  /// In the order in which they were found; empty: it passed.
  package var failures: [Failure]
  /// Rules that decided an alert or a halt.
  package var fired: Set<String>

  /// An expectation that did not come true, or what none spoke of.
  package struct Failure: Sendable {
    /// Of the test file, from 1.
    package var line: Int
    /// nil: not of one instant.
    package var at: EngineTime?
    /// `rule key-daily-cap, key ci-bot`
    package var what: String
    package var differences: [Difference]
    /// What was decided near it, for people.
    package var around: [String] = []
    /// Which decisions are near it.
    var near: DecisionFilter?

    /// Whether something is missing in a list, or too much.
    package var isList: Bool {
      differences.contains {
        switch $0 {
        case .missing, .unexpected: true
        case .field, .same, .note: false
        }
      }
    }
  }

  package enum Difference: Sendable, Hashable {
    /// `level`: what it should have been, and was.
    case field(String, expected: String, actual: String)
    /// Of a list: there, and expected.
    case same(String)
    case missing(String)
    case unexpected(String)
    /// For people: further entries, and how to go on.
    case note(String)
  }
}

extension RuleTestResult {
  /// One line of `test --json`.
  /// - Parameter file: the test file, as given.
  package func json(file: String) -> String {
    var object = JSONObject()
    object.add("file", file)
    object.add("test", name)
    object.add("passed", failures.isEmpty)
    object.add("events", Int64(events))
    object.add("failures", failures.map(\.object))
    return object.text
  }
}

extension RuleTestResult.Failure {
  fileprivate var object: JSONObject {
    var object = JSONObject()
    object.add("line", Int64(line))
    if let at { object.add("at", at.rfc3339) } else { object.addNull("at") }
    object.add("what", what)
    object.add("differences", differences.compactMap(\.object))
    return object
  }
}

extension RuleTestResult.Difference {
  fileprivate var object: JSONObject? {
    var object = JSONObject()
    switch self {
    case .field(let name, let expected, let actual):
      object.add("field", name)
      object.add("expected", expected)
      object.add("actual", actual)
    case .missing(let text):
      object.add("expected", text)
      object.addNull("actual")
    case .unexpected(let text):
      object.addNull("expected")
      object.add("actual", text)
    case .same, .note: return nil
    }
    return object
  }
}

extension RuleTestResult {
  /// An instant for people: `1h30m (2026-01-05 01:30 UTC)`.
  package static func time(_ time: EngineTime, from start: EngineTime) -> String {
    "\(TestTime.text(time, from: start)) (\(TimeText.people(time, timeZone: "UTC")))"
  }
}
