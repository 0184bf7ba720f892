package import SpendEngine

/// When a halt ends, for people.
package enum HaltEndText {
  /// `until 2026-11-25 00:00 UTC`, `until its alert is over`, `until somebody lifts it`, `for 30m, until 2026-11-24 10:30 UTC, longer if it
  /// is still past its limit then`
  /// - Parameters:
  ///   - until: the instant, where it is known.
  ///   - end: `HaltEnd.name` of the rule; nil for a person's halt, and where no rule says any more.
  package static func text(until: EngineTime?, end: String?, timeZone: String) -> String {
    let text = "until \(instant(until: until, end: end, timeZone: timeZone))"
    guard until != nil, let end, Milliseconds(span: end) != nil else { return text }
    return "for \(end), \(text), longer if it is still past its limit then"
  }

  /// `2026-11-25 00:00 UTC`, `its alert is over`, `somebody lifts it`
  static func instant(until: EngineTime?, end: String?, timeZone: String) -> String {
    if let until { return TimeText.people(until, timeZone: timeZone) }
    return end == HaltEnd.clear.name ? "its alert is over" : "somebody lifts it"
  }
}
