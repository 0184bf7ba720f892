import Foundation
import Fuzzing
import SpendEngine
import Testing

/// Tests/Scenarios/formats: each folder has a log, and the events that must come out of it, one a line in order. The first line of
/// `events.jsonl` names the format; a mixed file must be read the same way.
@Suite struct FormatScenarioTests {
  struct Scenario: CustomTestStringConvertible, Sendable {
    var name: String
    var format: Format
    var sample: [UInt8]
    var events: [String]
    var testDescription: String { name }
  }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/formats")

  static func scenarios() throws -> [Scenario] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
      let place = folder.appendingPathComponent(name)
      let sample = try Data(contentsOf: place.appendingPathComponent("sample.jsonl"))
      var lines = try String(contentsOf: place.appendingPathComponent("events.jsonl"), encoding: .utf8)
        .split(separator: "\n").map(String.init)
      let head = try JSONDecoder().decode([String: String].self, from: Data(lines.removeFirst().utf8))
      return Scenario(
        name: name, format: try #require(Format(name: head["format"] ?? "")), sample: Array(sample),
        events: lines)
    }
  }

  /// SPENDFUSE_WRITE_EXPECTED=1 writes what comes out: look at it before it is kept.
  @Test(arguments: try scenarios())
  func yieldsItsEvents(_ scenario: Scenario) throws {
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] != nil {
      let lines =
        [#"{"format":"\#(scenario.format.name)"}"#] + ParserRun(scenario.sample, scenario.format).texts
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(
        to: Self.folder.appendingPathComponent("\(scenario.name)/events.jsonl"))
    }
    expect(ParserRun(scenario.sample, scenario.format).texts, scenario.events)
  }

  @Test(arguments: try scenarios().filter { $0.name != "spendfuse" })
  func isDetected(_ scenario: Scenario) {
    expect(ParserRun(scenario.sample, .auto).texts, scenario.events)
  }

  private func expect(_ found: [String], _ events: [String]) {
    #expect(found.count == events.count)
    for (index, (found, event)) in zip(found, events).enumerated() {
      #expect(found == event, "record \(index + 1)")
    }
  }

  @Test func everyFormatHasAScenario() throws {
    let covered = Set(try Self.scenarios().map(\.format))
    #expect(covered == Set(Format.allCases), "\(Set(Format.allCases).subtracting(covered).map(\.name))")
  }
}
