import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch
@testable import spendfuse

/// Tests/Scenarios/tables: what people read of every table, over fixed values, in a pipe and on terminals of 80 and of 200 columns.
/// `SPENDFUSE_RECORD=1` writes what came out into the files, to be read before it is committed.
@Suite struct TableGoldenTests {
  static let folder = TableValues.folder
  private static let terminals: [(name: String, terminal: OutputTerminal)] = [
    ("piped", OutputTerminal(width: nil, hasColour: false)),
    ("80", OutputTerminal(width: 80, hasColour: false)),
    ("200", OutputTerminal(width: 200, hasColour: false)),
  ]

  @Test(arguments: TableValues.names) func printsExactly(_ name: String) throws {
    for (label, terminal) in Self.terminals {
      let said = try TableValues.text(name, terminal)
      let file = URL(fileURLWithPath: "\(Self.folder)/\(name).\(label).txt")
      if ProcessInfo.processInfo.environment["SPENDFUSE_RECORD"] != nil {
        try Data(said.utf8).write(to: file)
      }
      let written = try String(contentsOf: file, encoding: .utf8)
      #expect(said == written, "\(name) \(label)")
    }
  }

  /// No file is left of a table that is gone.
  @Test func everyFileIsOfATable() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter {
      $0.hasSuffix(".txt")
    }
    let expected = TableValues.names.flatMap { name in Self.terminals.map { "\(name).\($0.name).txt" } }
    #expect(files.sorted() == expected.sorted())
  }

  /// No line is wider than its terminal, but for one that is a single word, such as a path; no table is wider at all. In a pipe nothing
  /// is cut.
  @Test(arguments: TableValues.names) func fitsEveryTerminal(_ name: String) throws {
    for width in [40, 41, 47, 60, 79, 80, 81, 100, 132, 200] {
      for hasColour in [false, true] {
        let text = try TableValues.text(name, OutputTerminal(width: width, hasColour: hasColour))
        for line in text.replacing(#/\x1b\[\d*m/#, with: "").split(separator: "\n") {
          let words = line.split(separator: " ")
          #expect(
            String(line).columns <= width || words.count == 1 && !line.contains("─"),
            "\(name) at \(width): \(line)")
        }
        if hasColour {
          let plain = try TableValues.text(name, OutputTerminal(width: width, hasColour: false))
          #expect(text.replacing(#/\x1b\[\d*m/#, with: "") == plain, "\(name) at \(width)")
        }
      }
    }
    // Nothing is cut, folded or left out in a pipe, nor where there is room for all.
    let piped = try TableValues.text(name, OutputTerminal(width: nil, hasColour: false))
    #expect(try TableValues.text(name, OutputTerminal(width: 10_000, hasColour: false)) == piped)
  }

  @Test(
    arguments: [
      ("short", 40, "short"), ("a bb ccc", 5, "a bb\n    ccc"),
      ("  rule      one two three", 16, "  rule      one\n      two three"),
      ("  rule  one two three four", 21, "  rule  one two three\n        four"),
      ("/a/path/that/is/long", 10, "/a/path/that/is/long"),
      ("see /a/path/that/is/long now", 10, "see\n    /a/path/that/is/long\n    now"),
      ("\u{1b}[31mred and\u{1b}[0m more", 8, "\u{1b}[31mred and\u{1b}[0m\n    more"), ("", 5, ""),
      ("\n\n", 5, "\n\n"),
      ("start it: spendfuse watch --rules x", 14, "start it:\n    spendfuse watch --rules x"),
      ("limit at 50 %, 80 %", 14, "limit at 50 %,\n    80 %"), ("日本 日本 日本", 9, "日本 日本\n    日本"),
    ])
  func folds(_ text: String, _ width: Int, _ folded: String) {
    #expect(OutputTerminal(width: width, hasColour: false).folded(text) == folded)
    #expect(OutputTerminal(width: nil, hasColour: false).folded(text) == text)
  }
}
