import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct IncidentLabelTests {
  private let dir = TempDir("labels")

  private func problem(_ text: String) throws -> String? {
    try dir.write("labels.jsonl", text)
    return #expect(throws: Diagnostic.self) { try IncidentLabel.read(dir.file("labels.jsonl")) }?.rendered
  }

  @Test func isReadAsItIsWritten() throws {
    let label = IncidentLabel(
      key: "a \"b\"", from: try #require(EngineTime(rfc3339: "2026-11-25T14:00:00Z")),
      until: try #require(EngineTime(rfc3339: "2026-11-25T15:00:00Z")), kind: "retry_loop")
    try dir.write("labels.jsonl", label.json + "\n\n")
    #expect(try IncidentLabel.read(dir.file("labels.jsonl")) == [label])
  }

  @Test func mistakesAreShown() throws {
    #expect(try problem("\n{\"key\":\"a\"}\n")?.contains(":2:1: error: not a label") == true)
    #expect(
      try problem(#"{"key":"a","from":"yesterday","until":"2026-11-25T15:00:00Z"}"#)?
        .contains("write 2026-11-24T10:00:00Z") == true)
    #expect(
      try problem(#"{"key":"a","from":"2026-11-25T15:00:00Z","until":"2026-11-25T15:00:00Z"}"#)?
        .contains("'until' is not after 'from'") == true)
  }

  /// An alert before an incident, or of another key, is false; one in it catches it; what follows within a day is its echo.
  @Test func scorerCountsEachOnce() throws {
    let from = EngineTime(milliseconds: 100 * .day)
    let label = IncidentLabel(key: "a", from: from, until: from + .hour, kind: "loop")
    var scorer = IncidentScorer([label])
    let incidents = scorer.incidents(of: "a")
    scorer.add(.dollar, at: from + -1, incidents: incidents)
    scorer.alert(key: "a", at: from + -1, isHalt: false, rule: "r")
    scorer.add(.dollar, at: from + .minute, incidents: incidents)
    scorer.alert(key: "b", at: from + .minute, isHalt: false, rule: "r")
    scorer.alert(key: "a", at: from + .minute, isHalt: false, rule: "s")
    scorer.add(.dollar, at: from + 2 * .minute, incidents: incidents)
    scorer.alert(key: "a", at: from + 5 * .hour, isHalt: false, rule: "s")
    scorer.alert(key: "a", at: from + 26 * .hour, isHalt: true, rule: "s")
    #expect(scorer.outcomes.map(\.caughtAt) == [from + .minute])
    #expect(scorer.outcomes.map(\.spent) == [.dollar])
    #expect((scorer.falseAlerts, scorer.falseHalts) == (2, 1))
    let score = IncidentScore(scorer, keys: ["a": from...from + 7 * .day, "b": from...from + 7 * .day])
    #expect(score.keyWeeks == 2)
    #expect(score.falseAlertsAKeyWeek == 1)
    #expect(score.rows.map(\.kind) == ["loop", nil])
    #expect(score.rows.last?.medianTime == .minute)
  }
}
