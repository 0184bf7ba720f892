import Foundation
import Support
import Testing

/// Tests/Scenarios/rule-tests: a folder a case, with a test file, the rules it names, and exactly what `spendfuse test` says of them.
@Suite struct TestCommandTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/rule-tests").path
  static let cases =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
    .sorted()

  @Test func findsCases() { #expect(Self.cases.count >= 14) }

  private func copy(_ name: String) throws -> TempDir {
    let copy = TempDir("rule-tests")
    for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder + "/" + name)
    where file.hasSuffix(".yaml") {
      try FileManager.default.copyItem(atPath: "\(Self.folder)/\(name)/\(file)", toPath: copy.file(file))
    }
    return copy
  }

  /// What a run says, with paths as if it ran in the folder.
  private func run(_ arguments: [String], in folder: TempDir, at path: String? = nil) throws
    -> (status: Int32, output: String, errors: String)
  {
    let path = (path ?? folder.path) + "/"
    let finished = try Program.run(
      ["test"] + arguments.map { $0.hasSuffix(".yaml") ? path + $0 : $0 }, in: folder)
    func plain(_ text: String) -> String { text.replacing(path, with: "") }
    return (finished.status, plain(finished.output), plain(finished.errors))
  }

  /// The case `repository` tests the repository's own rules file.
  @Test(arguments: cases) func saysExactly(_ name: String) throws {
    let finished = try run(["test.yaml"], in: TempDir("rule-tests"), at: Self.folder + "/" + name)
    let said = finished.output + finished.errors + "exit \(finished.status)\n"
    let path = "\(Self.folder)/\(name)/expected.txt"
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      try Data(said.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(try said == String(contentsOfFile: path, encoding: .utf8))
    #expect(finished.status == (name.hasPrefix("broken") ? 64 : name.hasPrefix("failing") ? 1 : 0))
    #expect(said.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
  }

  @Test func theReadmesExampleHolds() throws {
    let root = URL(fileURLWithPath: Self.folder).appendingPathComponent("../../..").standardized
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let example = try #require(
      readme.components(separatedBy: "```").first { $0.hasPrefix("yaml\n") && $0.contains("\n    events:") })
    let folder = TempDir("rule-tests")
    try folder.write("test.yaml", String(example.dropFirst("yaml\n".count)))
    try FileManager.default.copyItem(
      at: root.appendingPathComponent("rules.yaml"), to: URL(fileURLWithPath: folder.file("rules.yaml")))
    let finished = try run(["test.yaml"], in: folder)
    #expect(finished.status == 0, "\(finished.output)\(finished.errors)")
  }

  @Test func jsonIsOneObjectATest() throws {
    let finished = try run(["--json", "test.yaml"], in: copy("failing-state"))
    #expect(finished.status == 1)
    let lines = finished.output.split(separator: "\n")
    let objects = try lines.map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["test"] as? String } == ["fine", "level, value and limit", "who is halted"])
    #expect(objects.map { $0["passed"] as? Bool } == [true, false, false])
    #expect(objects.map { ($0["events"] as? Int) } == [1, 13, 3])
    let failures = try #require(objects[1]["failures"] as? [[String: Any]])
    #expect(failures.first?["line"] as? Int == 10)
    #expect(failures.first?["at"] as? String == "2026-01-05T00:40:00.000Z")
    #expect(failures.first?["what"] as? String == "rule key-daily-cap, key ci-bot")
    #expect(
      failures.first?["differences"] as? [[String: String]]
        == [["field": "level", "expected": "50%", "actual": "none"]])
  }

  @Test(
    arguments: [
      ("fine", "ok    fine\n1 test: 1 passed, 0 failed\n", 0),
      ("F*n", "ok    fine\n1 test: 1 passed, 0 failed\n", 0),
      ("LEVEL*limit", "FAIL  level, value and limit\n", 1), ("limit*level", "", 64),
    ] as [(String, String, Int32)]) func runsByName(_ pattern: String, _ start: String, _ status: Int32)
    throws
  {
    let finished = try run(["--run", pattern, "test.yaml"], in: copy("failing-state"))
    #expect(finished.status == status)
    #expect(finished.output.hasPrefix(start))
    #expect(!finished.output.contains("who is halted"))
  }

  @Test func severalFilesAndABrokenOne() throws {
    let folder = try copy("failing-state")
    try folder.write("good_test.yaml", "tests: [{name: quiet, events: [{at: 0, key: a, cost_usd: 1}]}]\n")
    try folder.write("bad_test.yaml", "tests: [{name: odd, event: []}]\n")
    let good = try run(["good_test.yaml", "good_test.yaml"], in: folder)
    #expect(good.status == 0)
    #expect(good.output.hasPrefix("good_test.yaml\nok    quiet\n"))
    #expect(good.output.hasSuffix("2 tests: 2 passed, 0 failed\n"))
    let mixed = try run(["test.yaml", "bad_test.yaml", "good_test.yaml"], in: folder)
    #expect(mixed.status == 64)
    #expect(mixed.output.hasSuffix("4 tests: 2 passed, 2 failed; 1 file could not be used\n"))
    #expect(mixed.errors.contains("bad_test.yaml:1:21: error: unknown setting 'event' in test 1"))
  }

  @Test func wrongUsage() throws {
    let folder = try copy("failing-state")
    #expect(try run([], in: folder).status == 64)
    #expect(try run(["--run", "nothing so", "test.yaml"], in: folder).status == 64)
    let missing = try run(["none.yaml"], in: folder)
    #expect(missing.status == 64)
    #expect(
      missing.errors.hasPrefix(
        "none.yaml: error: cannot be read: No such file or directory (name a file of tests; the README says how one is written)\n"
      ))
    let directory = try Program.run(["test", folder.path], in: folder)
    #expect(directory.status == 64 && directory.errors.contains("is a directory"))
  }

  /// A slip in a number must not take the machine: the calls of a file and the decisions of a test are bounded.
  @Test func aFloodIsStopped() throws {
    let folder = TempDir("rule-tests")
    let rules = (1...5).map { "  - {name: cap-\($0), per: key, window: day, limit: 1}\n" }
    try folder.write("rules.yaml", "sources: [{path: logs/*.jsonl}]\nrules:\n" + rules.joined())
    try folder.write(
      "test.yaml", "tests: [{name: flood, events: [{at: 0, key: k%n, cost_usd: 2, times: 21000}]}]\n")
    let finished = try run(["test.yaml"], in: folder)
    #expect(finished.status == 1)
    #expect(finished.output.contains("more than 100,000 decisions: the test was stopped\n"))
  }
}
