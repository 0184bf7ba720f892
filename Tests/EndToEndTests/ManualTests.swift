import ArgumentParser
import Foundation
import Support
import Testing

@testable import SpendWatch
@testable import spendfuse

/// What a package is made of beside the program: man pages and completions, from the program itself.
@Suite struct ManualTests {
  private static let commands = Spendfuse.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    .map { $0._commandName }

  @Test func everyCommandHasAPage() throws {
    let directory = TempDir("manual")
    let made = try Program.run(
      ["manual", directory.file("man")], in: directory, environment: ["SOURCE_DATE_EPOCH": "1795608000"])
    #expect(made.status == 0 && made.errors.isEmpty, "\(made.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.file("man")).sorted()
    let expected =
      ["spendfuse.1", "spendfuse-rules.5"] + ManualTests.commands.map { "spendfuse-\($0).1" }
    #expect(files == expected.sorted())
    #expect(made.output == "\(files.count) pages in \(directory.file("man"))\n")
    for file in files {
      let page = try String(contentsOfFile: directory.file("man/\(file)"), encoding: .utf8)
      #expect(page.hasPrefix(".Dd 2026-11-25\n"), "\(file)")
      // Whatever begins with a dot is one of ours.
      let macros: Set = [
        "Dd", "Dt", "Os", "Sh", "Ss", "Nm", "Nd", "Op", "Ar", "Fl", "Pp", "Bl", "It", "El", "Bd", "Ed", "Xr",
      ]
      for line in page.split(separator: "\n") where line.hasPrefix(".") {
        #expect(macros.contains(String(line.dropFirst().prefix { $0 != " " })), "\(file): \(line)")
      }
      #expect(page.components(separatedBy: "\n.Bl ").count == page.components(separatedBy: "\n.El\n").count)
      #expect(page.components(separatedBy: "\n.Bd ").count == page.components(separatedBy: "\n.Ed\n").count)
    }
    let overview = try String(contentsOfFile: directory.file("man/spendfuse.1"), encoding: .utf8)
    for command in ManualTests.commands { #expect(overview.contains(".Xr spendfuse-\(command) 1")) }
    let resume = try String(contentsOfFile: directory.file("man/spendfuse-resume.1"), encoding: .utf8)
    #expect(resume.contains(#".Op Fl "\&\-headroom" Ar "\&percent""#), "an option")
    #expect(resume.contains(#".Fl "\&\-why" Ar "\&text""#), "one that must be there")
    #expect(resume.contains(#".It Fl "\&\-until\-reset""#), "a flag")
  }

  @Test func aDirectoryThatCannotBeMadeIsSaid() throws {
    let directory = TempDir("manual")
    try directory.write("file", "")
    let made = try Program.run(["manual", directory.file("file/man")], in: directory)
    #expect(
      made.status == 1 && made.output.isEmpty && made.errors.contains("cannot be written"), "\(made.errors)")
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionsNameEveryCommand(_ shell: String) throws {
    let directory = TempDir("completions")
    let made = try Program.run(["--generate-completion-script", shell], in: directory)
    #expect(made.status == 0 && made.errors.isEmpty)
    let words = Set(made.output.split { !($0.isLetter || $0 == "-") })
    for command in ManualTests.commands { #expect(words.contains(command[...]), "\(command) in \(shell)") }
    for option in ["rules", "state", "why"] {
      #expect(made.output.contains(option), "--\(option) in \(shell)")
    }
  }
}
