import Foundation
import Support
import Testing

@testable import SpendWatch

/// What every command says where something is wrong, word for word: sessions at a shell, through the built program.
///
/// A session is lines of `$ command`, each with what it prints: standard output as it is, standard error behind `! `, and the exit status
/// in brackets where it is not 0. A command that prints nothing and succeeds is followed by nothing. What differs from run to run stands as
/// DIR, VERSION, TIME and N. `SPENDFUSE_RECORD=1` writes what came out into the files, to be read before it is committed.
@Suite struct ConversationTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/conversation")
  static let sessions =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0.hasSuffix(".txt")
    }
    .sorted()

  @Test(arguments: sessions) func says(_ name: String) throws {
    let file = ConversationTests.folder.appendingPathComponent(name)
    let written = try String(contentsOf: file, encoding: .utf8)
    let directory = TempDir("talk", in: "/tmp")
    var said = ""
    for step in Step.all(in: written) {
      said += step.before
      guard let command = step.command else { continue }
      said += "$ \(command)\n" + (try ConversationTests.run(command, in: directory))
    }
    if ProcessInfo.processInfo.environment["SPENDFUSE_RECORD"] != nil {
      try said.write(to: file, atomically: true, encoding: .utf8)
    }
    let (was, expected) = (said.split(separator: "\n"), written.split(separator: "\n"))
    for (line, wanted) in zip(was, expected) where line != wanted {
      Issue.record("\(name): expected\n  \(wanted)\nwas\n  \(line)")
    }
    #expect(said == written)
    ConversationTests.judge(said, name)
  }

  @Test func thereAreSome() { #expect(ConversationTests.sessions.count >= 8) }

  /// A command with what stands before it (comments and empty lines); the last has none.
  private struct Step {
    var before = ""
    var command: String?

    static func all(in text: String) -> [Step] {
      var steps: [Step] = []
      var step = Step()
      // What was printed last time belongs to nobody.
      var isOutput = false
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        if line.hasPrefix("$ ") {
          step.command = String(line.dropFirst(2))
          steps.append(step)
          step = Step()
          isOutput = true
        } else if line.hasPrefix("# ") || !isOutput {
          isOutput = false
          step.before += line + "\n"
        }
      }
      return steps + [step]
    }
  }

  private static func run(_ command: String, in directory: TempDir) throws -> String {
    let script = "cd '\(directory.path)'\nspendfuse() { \"$0\" \"$@\"; }\n\(command)"
    let program = try Program(
      [], in: directory, environment: ["USER": "ann"], under: ["/bin/sh", "-c", script])
    let status = program.wait(within: .seconds(60)) ?? -1
    var text = ConversationTests.plain(program.output, directory)
    if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    for line in ConversationTests.plain(program.errors, directory).split(separator: "\n") {
      text += "! \(line)\n"
    }
    return text + (status == 0 ? "" : "[\(status)]\n")
  }

  private static func plain(_ text: String, _ directory: TempDir) -> String {
    text.replacing(directory.path, with: "DIR").replacing(spendfuseVersion, with: "VERSION")
      .replacing(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( UTC|Z)/, with: "TIME")
      .replacing(/\d{4}-\d\d-\d\d/, with: "DAY")
      .replacing(/pid \d+/, with: "pid N").replacing(/in \d+ ms/, with: "in N ms")
  }

  /// What holds of every error, whatever its words.
  private static func judge(_ said: String, _ name: String) {
    for line in said.split(separator: "\n") where line.hasPrefix("! ") {
      let text = line.dropFirst(2)
      #expect(
        text.firstMatch(of: /^(spendfuse: )?[A-Z][A-Za-z]+(Error|Failure|Problem)\b/) == nil,
        "\(name): \(text)")
      #expect(text.firstMatch(of: /(?i)\berrno\b|\bnil\b|Optional\(|\bSwift\./) == nil, "\(name): \(text)")
      #expect(
        text.firstMatch(of: /(?i)\b(you must|you forgot|illegal|stupid|bad user)\b/) == nil,
        "\(name): \(text)")
    }
  }
}
