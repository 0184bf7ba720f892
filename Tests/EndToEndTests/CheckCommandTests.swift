import Foundation
import Support
import Testing

@Suite struct CheckCommandTests {
  /// The program beside the test bundle; nil where the tests run in some other way.
  private static func program() -> URL? {
    guard let argument = CommandLine.arguments.first(where: { $0.contains(".xctest") }) else { return nil }
    var url = URL(fileURLWithPath: argument)
    while url.path != "/", url.pathExtension != "xctest" { url.deleteLastPathComponent() }
    return url.deletingLastPathComponent().appendingPathComponent("spendfuse")
  }

  private func run(_ arguments: [String], in directory: String) throws -> (status: Int32, output: String) {
    let process = Process()
    let program: URL = try #require(Self.program())
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private static let good = """
    sources:
      - path: logs/*.jsonl
    rules:
      - {name: cap, per: key, window: day, limit: 25.00}

    """

  @Test func printsTheScheduleOfAGoodFile() throws {
    let folder = TempDir()
    try folder.write("rules.yaml", Self.good)
    try folder.write("logs/a.jsonl", "")
    // Without an argument: ./rules.yaml.
    for arguments in [["check"], ["check", "rules.yaml"]] {
      let (status, output) = try run(arguments, in: folder.path)
      #expect(status == 0)
      #expect(output.contains("rules.yaml: fine\n"))
      #expect(output.contains("auto, 1 file now"))
      #expect(output.contains("cap  spend per key a day: limit $25.00"))
    }
  }

  @Test func warningsAreSaidAndTaken() throws {
    let folder = TempDir()
    try folder.write("rules.yaml", Self.good.replacing("25.00}", with: "25.00, mode: enforce}"))
    let (status, output) = try run(["check", "rules.yaml"], in: folder.path)
    #expect(status == 0)
    #expect(output.hasPrefix("rules.yaml:4:60: warning: "))
    #expect(output.contains("\n1 warning\nrules.yaml: fine\n"))
  }

  /// Names and formats are held against the logs, unless told otherwise; what is said of them refuses nothing.
  @Test func logsAreLookedAt() throws {
    let folder = TempDir()
    try folder.write("rules.yaml", Self.good.replacing("25.00}", with: "25.00, overrides: {ci-bto: 50}}"))
    try folder.write("logs/a.jsonl", #"{"key":"ci-bot","model":"gpt-5","input_tokens":10}"# + "\n")
    let (status, output) = try run(["check"], in: folder.path)
    #expect(status == 0)
    #expect(output.hasPrefix("rules.yaml:4:74: warning: 'ci-bto' is no key of the only call"))
    #expect(output.contains("^~ did you mean 'ci-bot'?\n1 warning\nrules.yaml: fine\n"))
    #expect(output.hasSuffix("looked at    1 call, in the newest 0.0 MB of 1 file\n"))
    let (quietStatus, quiet) = try run(["check", "--no-logs"], in: folder.path)
    #expect(quietStatus == 0)
    #expect(quiet.hasPrefix("rules.yaml: fine\n") && !quiet.contains("looked at"))
  }

  @Test(arguments: ["limt: 1", "\tlimit: 1", ""]) func errorsEndWithOne(_ text: String) throws {
    let folder = TempDir()
    try folder.write("rules.yaml", text)
    let (status, output) = try run(["check", "rules.yaml"], in: folder.path)
    #expect(status == 1)
    #expect(output.contains("rules.yaml") && output.contains(": error: "))
    #expect(!output.contains("fine"))
  }

  @Test func wrongUsage() throws {
    #expect(try run(["check", "a", "b"], in: "/").status == 64)
    let (status, output) = try run(["check", "no-such-file.yaml"], in: "/")
    #expect(status == 1)
    #expect(output.contains("no-such-file.yaml: error: cannot be read: No such file or directory"))
  }
}
