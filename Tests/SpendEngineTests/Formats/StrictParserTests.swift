@testable import EngineFuzz
import Foundation
import Fuzzing
import SpendEngine
import Support
import Testing

/// The plain parser that the scanner is held against is itself held against Foundation's.
///
/// Known differences, which the documents below keep away from: of equal keys Foundation keeps one, RFC 8259 leaves it open, and the
/// scanner takes the last; Foundation refuses a lone surrogate, which the scanner makes U+FFFD; it refuses 1e400, which is a number to
/// the grammar; it refuses bytes that are no UTF-8, which the scanner mends; it takes UTF-16, a byte order mark, `[1,]` and `{"a":1,}` (Python takes
/// NaN and Infinity), which are not JSON.
@Suite struct StrictParserTests {
  private func isValid(_ bytes: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
  }

  private func isStrict(_ bytes: [UInt8]) -> Bool {
    guard let reading = StrictJSON.read(bytes) else { return false }
    return bytes[reading.end...].allSatisfy { " \t\r\n".utf8.contains($0) }
  }

  @Test(arguments: [
    "{}", "[]", " {\"a\" : [1, -0.5e+3, true, false, null, \"\\u00e9\\n\"]}\r\n", "", "{", "{]", "{\"a\"}",
    "{\"a\":}",
    "{,}", "{a:1}", "{'a':1}", "01", "-", "1.", ".5", "1e", "+1", "0x1", "nul", "True", "NaN",
    "\"\t\"", "\"\\x\"", "\"\\u12\"", "\"a", "{} {}", "[1 2]", "// x\n{}", "{\"a\":1e5}",
    "\"\\ud83d\\ude00\"",
    "[[[[[[]]]]]]", "{\"\":\"\"}", "-0", "123456789012345678901234567890", "{\"a\":\"\u{2028}\"}", "\u{a0}{}",
  ])
  func foundationAgrees(_ text: String) {
    #expect(isStrict(Array(text.utf8)) == isValid(Array(text.utf8)), "\(text)")
  }

  /// Documents that bytes choose are valid to both, and a byte less is valid to neither.
  @Test func foundationAgreesOnGrownDocuments() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var dice = Dice(seed: seed)
    var compared = 0
    for round in 0..<1_500 {
      var grown = GrownDocument((0..<60).map { _ in UInt8(dice.roll(0...255)) })
      let bytes = grown.document()
      #expect(isStrict(bytes), "seed \(seed), round \(round)")
      #expect(!isStrict(Array(bytes.dropLast())), "seed \(seed), round \(round)")
      let text = String(decoding: bytes, as: UTF8.self)
      if text.contains("ud800") || text.contains("1e400") { continue }
      compared += 1
      #expect(isValid(bytes) && !isValid(Array(bytes.dropLast())), "seed \(seed), round \(round): \(text)")
    }
    #expect(compared > 500)
  }
}
