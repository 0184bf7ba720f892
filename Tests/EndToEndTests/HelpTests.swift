import ArgumentParser
import Foundation
import Support
import Testing

@testable import spendfuse

/// `--help` of every command, and the page that `spendfuse` alone shows.
@Suite struct HelpTests {
  /// Each command with the words that lead to it: `prices show`.
  private static func commands(
    below command: any ParsableCommand.Type = Spendfuse.self, _ place: [String] = []
  )
    -> [(words: [String], type: any ParsableCommand.Type)]
  {
    command.configuration.subcommands.flatMap { sub -> [(words: [String], type: any ParsableCommand.Type)] in
      let words = place + [sub._commandName]
      return [(words, sub)] + commands(below: sub, words)
    }
  }

  /// The lines of a text that are commands to run.
  private func examples(in text: String) -> [String] {
    text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("spendfuse ") }.map(
      String.init)
  }

  /// As a shell splits it; only what examples need.
  private func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        (quote, word) = (character, word ?? "")
      } else if quote == nil, character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + [word].compactMap { $0 }
  }

  @Test func everyCommandHasAnExampleThatParses() throws {
    let commands = HelpTests.commands()
    #expect(commands.count >= 14)
    for (place, type) in commands {
      let name = (["spendfuse"] + place).joined(separator: " ")
      // As on a terminal: an example that is wrapped there is none.
      let help = Spendfuse.helpMessage(for: type, columns: 80)
      let examples = examples(in: help.components(separatedBy: "USAGE:")[0]).filter {
        ($0 + " ").hasPrefix(name + " ")
      }
      #expect(!examples.isEmpty, "\(name) --help has no example:\n\(help)")
      for example in examples {
        do {
          let parsed = try Spendfuse.parseAsRoot(Array(words(example).dropFirst()))
          let isIts =
            ObjectIdentifier(Swift.type(of: parsed)) == ObjectIdentifier(type)
            || type.configuration.subcommands.contains { $0 == Swift.type(of: parsed) }
          #expect(isIts, "\(example)")
        } catch {
          Issue.record("\(example): \(Spendfuse.message(for: error))")
        }
      }
    }
  }

  @Test func theFirstPageNamesWhatThereIs() throws {
    let page = FirstPage(commands: Spendfuse.configuration.subcommands).text
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 112 })
    for example in examples(in: page).dropFirst() {
      let command = example.components(separatedBy: "  ")[0]
      #expect(throws: Never.self, "\(command)") {
        try Spendfuse.parseAsRoot(Array(words(command).dropFirst()))
      }
    }
    #expect(examples(in: page).contains { $0.hasPrefix("spendfuse watch") })
    #expect(FirstPage(commands: []).text.contains("spendfuse --help"))
  }

  @Test(
    arguments: [
      ("wacth", "watch"), ("Watch", "watch"), ("stauts", "status"), ("repo", "report"), ("halts", "halt"),
      ("prices shwo", "show"), ("help chekc", "check"), ("prices updat --to x", "update"),
    ])
  func slipsGetTheNearest(_ line: String, _ meant: String) throws {
    let slip = try #require(CommandSlip(words(line), root: Spendfuse.self))
    #expect(slip.text.contains("Did you mean '\(meant)'?"))
  }

  @Test(
    arguments: [
      "", "watch", "watch wacth", "price gpt-5", "prices show sonnet", "--help", "--version", "help",
      "help prices show",
      "check rulse.yaml", "prices --help",
    ])
  func whatIsACommandIsNoSlip(_ line: String) {
    #expect(CommandSlip(words(line), root: Spendfuse.self) == nil)
  }

  @Test func farOffWordsGetTheList() throws {
    let slip = try #require(CommandSlip(["frobnicate"], root: Spendfuse.self))
    #expect(slip.text.contains("There are: demo, watch, check, "))
    // Nothing of a command line acts on a terminal.
    let evil = try #require(CommandSlip(["\u{1b}[31mx"], root: Spendfuse.self))
    #expect(!evil.text.contains("\u{1b}"))
  }
}
