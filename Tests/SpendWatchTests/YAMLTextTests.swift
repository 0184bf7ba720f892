import SpendEngine
import Testing
import Yams

@testable import SpendWatch

/// Text of any kind, written as YAML here, is read back the same by Yams.
@Suite struct YAMLTextTests {
  /// Where classes of scalars begin and end, and one of each that is hidden, drawn, or means something to YAML.
  static let scalars: [Unicode.Scalar] =
    ([
      0x0...0xff, 0x34f...0x34f, 0x600...0x605, 0x115f...0x1160, 0x180b...0x180f, 0x2000...0x200f,
      0x2028...0x202f,
      0x2060...0x206f, 0x3000...0x3000, 0x3164...0x3164, 0xd7ff...0xd7ff, 0xe000...0xe001, 0xf8ff...0xf900,
      0xfdd0...0xfdd1, 0xfe00...0xfe0f, 0xfeff...0xfeff, 0xfff9...0xffff, 0x1_0000...0x1_0001,
      0x1_d173...0x1_d17a,
      0x1_f600...0x1_f601, 0x1_fffe...0x1_ffff, 0x2_0000...0x2_0000, 0xe_0001...0xe_0001, 0xe_0020...0xe_007f,
      0xe_0100...0xe_01ef, 0xf_0000...0xf_0001, 0x10_fffd...0x10_ffff,
    ] as [ClosedRange<UInt32>]).flatMap { $0.compactMap(Unicode.Scalar.init) }

  private func back(_ written: String) throws -> String? {
    // In a flow mapping and in a sequence, as tests and rules have them.
    let read = try Yams.compose(yaml: "{a: \(written), b: [\(written)]}")
    guard let one = read?["a"]?.scalar, let two = read?["b"]?[0]?.scalar, one.string == two.string else {
      return nil
    }
    return one.string
  }

  @Test func everyClassOfScalarsComesBack() throws {
    for scalar in Self.scalars {
      for text in [String(scalar), "a\(scalar)b", " \(scalar)", "\(scalar) #"] {
        // Yams takes a byte order mark off the front of a scalar, escaped or not: a name that begins with one cannot be written.
        var expected = Array(text.unicodeScalars)
        if expected.first == "\u{feff}" { expected.removeFirst() }
        for written in [YAMLText.quoted(text), YAMLText.scalar(text), DecisionYAML.scalar(text)] {
          #expect(
            try back(written).map { Array($0.unicodeScalars) } == expected, "U+\(scalar.value): \(written)")
        }
      }
    }
  }

  /// Every category of Unicode has a scalar in the list, and so does every plane's edge: none that is new is forgotten.
  @Test func theListHasEveryCategory() {
    let known = Set(Self.scalars.map(\.properties.generalCategory))
    for category in [
      .control, .format, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator, .spaceSeparator,
      .nonspacingMark, .uppercaseLetter, .lowercaseLetter, .decimalNumber, .otherSymbol,
    ] as [Unicode.GeneralCategory] { #expect(known.contains(category), "\(category)") }
  }

  @Test(
    arguments: [
      ("a\u{e0041}b", #""a\U000e0041b""#), ("\u{1b}[31m", #""\u001b[31m""#), ("\u{10ffff}", #""\U0010ffff""#),
      ("a\nb\tc\r", #""a\nb\tc\r""#), ("\u{1f600}", "\"\u{1f600}\""), ("\u{feff}", #""\ufeff""#),
      ("\"\\", #""\"\\""#),
    ])
  func isWrittenLikeThis(_ text: String, _ written: String) throws {
    #expect(YAMLText.quoted(text) == written)
    #expect(DecisionYAML.scalar(text) == written)
    // Nothing in it acts on a terminal.
    #expect(written.unicodeScalars.allSatisfy { !$0.isHidden })
  }
}
