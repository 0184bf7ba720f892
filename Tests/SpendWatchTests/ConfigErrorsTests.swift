import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// Tests/Scenarios/errors: a folder a case, with the rules file and exactly what is said of it. Other files of a case are secrets:
/// their name ends in the mode they are given.
@Suite struct ConfigErrorsTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/errors").path

  static let cases =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
    .sorted()

  @Test func findsCases() { #expect(Self.cases.count >= 25) }

  @Test(arguments: cases) func saysExactly(_ name: String) throws {
    let source = Self.folder + "/" + name
    let copy = TempDir("errors")
    for file in try FileManager.default.contentsOfDirectory(atPath: source) where !file.hasSuffix(".txt") {
      let parts = file.split(separator: ".")
      let mode = parts.last.flatMap { Int($0, radix: 8) }
      let target = copy.file(mode == nil ? file : parts.dropLast().joined(separator: "."))
      try FileManager.default.copyItem(atPath: source + "/" + file, toPath: target)
      if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: target) }
    }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: copy.file("rules.yaml"))))
    let environment = ConfigEnvironment(
      directory: copy.path, home: "/home/ann", credentialsDirectory: nil,
      now: EngineTime(milliseconds: 1_795_000_000_000))

    let (configuration, diagnostics) = RulesFile.load(bytes, path: "rules.yaml", environment: environment)
    let said = Diagnostic.render(diagnostics)

    let expectedPath = source + "/expected.txt"
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      try Data(said.utf8).write(to: URL(fileURLWithPath: expectedPath))
    }
    let expected = String(decoding: try Data(contentsOf: URL(fileURLWithPath: expectedPath)), as: UTF8.self)
    #expect(said == expected)
    // A file is refused exactly where an error is said.
    #expect((configuration == nil) == diagnostics.contains { $0.severity == .error })
    #expect(!said.contains("secret-path") && !said.contains("/B0/secret") && !said.contains(":secret@"))
    #expect(!said.contains(copy.path))
    #expect(said.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F })
  }
}
