import Foundation
import Support
import Testing

/// `report` without an argument, as a process in a made home.
@Suite struct ReportPlacesTests {
  private func report(_ home: TempDir, _ environment: [String: String] = [:]) throws -> Program.Finished {
    try Program.run(
      ["report", "--json"], in: home, environment: ["HOME": home.path].merging(environment) { $1 })
  }

  /// $0.114735 of Claude Code and $0.038934 of Codex.
  @Test func eachFileCountsOnce() throws {
    let home = try ReportGoldenTests.home()
    let places = [home.file("linked"), home.file(".claude"), home.file("nowhere")].joined(separator: ",")
    for environment in [[:], ["CLAUDE_CONFIG_DIR": places], ["CODEX_HOME": home.file(".codex")]] {
      let done = try report(home, environment)
      #expect(done.status == 0 && done.errors.isEmpty, "\(done.errors)")
      #expect(
        done.output.contains(#""totals":{"requests":8,"#) && done.output.contains(#""cost_usd":"0.153669""#))
      #expect(done.output.contains(#""lines":45,"#))
    }
  }

  @Test func aPlaceThatCannotBeReadIsSaidAndTheOthersCount() throws {
    let home = try ReportGoldenTests.home()
    try FileManager.default.createDirectory(
      atPath: home.file(".config/claude"), withIntermediateDirectories: true)
    // A link to itself: unreadable even for root.
    try FileManager.default.createSymbolicLink(
      atPath: home.file(".config/claude/projects"), withDestinationPath: home.file(".config/claude/projects"))
    let done = try report(home)
    #expect(
      done.status == 1 && done.errors.contains(".config/claude/projects: too many levels of symbolic links"))
    #expect(done.output.contains(#""cost_usd":"0.153669""#))
  }

  @Test func nothingThereSaysWhatToRun() throws {
    let home = TempDir("report")
    for place in [".claude/projects/p", ".codex/sessions"] {
      try FileManager.default.createDirectory(atPath: home.file(place), withIntermediateDirectories: true)
    }
    let done = try report(home)
    #expect(done.status == 1 && done.output.isEmpty)
    for text in [home.file(".claude/projects"), "(Codex)", "spendfuse report /", "spendfuse demo"] {
      #expect(done.errors.contains(text), "\(done.errors)")
    }
  }

  @Test func sourcesThatAreNowhereSaySo() throws {
    let home = TempDir("report")
    try home.write("rules.yaml", "sources: [{path: logs/*.jsonl}]\nrules: []\n")
    let done = try Program.run(["report", "--rules", home.file("rules.yaml")], in: home)
    #expect(
      done.status == 1 && done.output.isEmpty && done.errors.contains("/logs/*.jsonl"), "\(done.errors)")
    #expect(done.errors.contains("spendfuse check "))
  }

  @Test(arguments: [
    (["--by", "dya"], "did you mean 'day'?"), (["--by", "day,"], "cannot group by ''"),
    (["--format", "codx"], "did you mean 'codex'?"), (["--top", "0"], "--top is at least 1"),
    (["--since", "2026-11-20", "--until", "2026-11-10"], "nothing lies between them"),
    (["--json", "--csv"], "exclude each other"), (["--timezone", "Berlin"], "is no time zone"),
    (["--state", "x", "y.jsonl"], "not both"),
  ])
  func wrongUsage(_ arguments: [String], _ said: String) throws {
    let done = try Program.run(["report"] + arguments, in: TempDir("report"))
    #expect(done.status == 64 && done.output.isEmpty && done.errors.contains(said), "\(done.errors)")
  }
}
