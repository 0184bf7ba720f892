import Fuzzing
import SpendEngine
import Testing

/// b5: a file of three lines, written in two or three pieces, cut at each byte and at each pair of bytes.
@Suite struct SplitTests {
  private static func line(_ key: String, _ count: Int) -> String {
    #"{"key":"\#(key)","model":"m","output_tokens":\#(count)}"#
  }

  private static let lines = [line("a", 1), line("b\\u00e9\\\"", 2), line("c", 3)]
  private static let indented = """
    {
      "key": "b",
      "x": ["}\\n", {"y": 1}],
      "model": "m",
      "output_tokens": 2
    }
    """

  static let files: [(name: String, text: String, outputs: [Int64])] = [
    ("line feeds", lines.joined(separator: "\n") + "\n", [1, 2, 3]),
    ("no last line feed", lines.joined(separator: "\n"), [1, 2, 3]),
    ("CRLF", lines.joined(separator: "\r\n") + "\r\n", [1, 2, 3]),
    ("byte order marks", lines.map { "\u{feff}" + $0 }.joined(separator: "\n"), [1, 2, 3]),
    (
      "UTF-8 of every length", [line("é漢😀", 1), line("\u{2028}", 2), line("c", 3)].joined(separator: "\n"),
      [1, 2, 3]
    ),
    ("an array", "[" + lines.joined(separator: ",\n") + "]\n", [1, 2, 3]),
    ("indented", [line("a", 1), indented, line("c", 3)].joined(separator: "\n"), [1, 2, 3]),
    ("joined", lines.joined(), [1, 2, 3]),
    ("broken in the middle", [line("a", 1), #"{"key":"to"#, line("c", 3)].joined(separator: "\n"), [1, 3]),
  ]

  @Test(arguments: files.indices)
  func b5EverySplitGivesTheSameRecords(_ index: Int) {
    let (name, text, outputs) = Self.files[index]
    let bytes = Array(text.utf8)
    let whole = ParserRun(bytes, .spendfuse)
    #expect(whole.records.map(\.tokens.output) == outputs, "\(name): \(whole.texts)")
    for first in 0...bytes.count {
      let run = ParserRun(bytes, .spendfuse, cuts: [first])
      #expect(run.pieces == whole.pieces, "\(name), cut at \(first)")
      for second in first...bytes.count {
        let run = ParserRun(bytes, .spendfuse, cuts: [first, second])
        if run.pieces != whole.pieces { Issue.record("\(name), cuts at \(first) and \(second)") }
      }
    }
  }
}
