import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Files that are no price map, or are one with mistakes: refused with the place, or left out one by one; never taken for something else.
@Suite struct PriceMapHostileTests {
  private static let good = #""a":{"input_cost_per_token":1e-06,"output_cost_per_token":2e-06}"#

  private static func failure(_ text: String) -> PriceMap.Failure? {
    do {
      _ = try PriceMap(Array(text.utf8))
      return nil
    } catch { return error }
  }

  @Test(
    arguments: [
      ("", "it is empty"), (" \n", "it is empty"), ("[]", "it is not a JSON object"),
      ("not json", "it is not a JSON object"),
      ("{}", "no model in it is priced by the token"),
      ("{", "line 1, column 2: a key in quotes belongs here"),
      ("{\(good)", "line 1, column \(good.utf8.count + 2): the file ends here, in the middle"),
      ("{\n  \(good),\n}", "line 3, column 1: a key in quotes belongs here"),
      ("{\(good)} x", "line 1, column \(good.utf8.count + 4): there is more after the end"),
      (#"{"a" 1}"#, "line 1, column 6: a ':' belongs after the key"),
      (#"{"a":}"#, "line 1, column 6: this is no JSON value"),
      (#"{"a":{"input_cost_per_token":NaN}}"#, "line 1, column 30: this is no JSON value"),
      (#"{"a":{"input_cost_per_token":Infinity}}"#, "line 1, column 30: this is no JSON value"),
      (#"{"a":{"input_cost_per_token":01}}"#, "line 1, column 31: a number does not begin with 0"),
      (#"{"a":{"input_cost_per_token":1.}}"#, "line 1, column 32: a digit belongs here"),
      (#"{"a":{"input_cost_per_token":1e}}"#, "line 1, column 32: a digit belongs here"),
      (#"{"a":{"input_cost_per_token":1 2}}"#, "line 1, column 32: ',' or the end belongs here"),
      (#"{"a":"b"#, "line 1, column 6: this string does not end"),
      (#"{"a":"b\"#, "line 1, column 6: this string does not end"),
      ("{\"a\nb\":1}", "line 1, column 4: a control character in a string"),
      (#"{"\x":1}"#, "line 1, column 2: a key with an escape that is none"),
      (#"{a:1}"#, "line 1, column 2: a key in quotes belongs here"),
      (
        #"{"a":"# + String(repeating: "[", count: 100_000), "line 1, column 69: nested deeper than 64"
      ),
      (
        #"{"a":{"x":"# + String(repeating: #"{"x":"#, count: 100_000), "nested deeper than 64"
      ),
      (
        #"{"a":{"output_cost_per_token":1e-6}}"#,
        "no model in it is priced by the token; 'a': it has no price of input"
      ),
    ])
  func refusedAsAWhole(_ text: String, _ message: String) throws {
    let failure = try #require(Self.failure(text))
    #expect(failure.message == message || message.hasPrefix("nested") && failure.message.hasSuffix(message))
    #expect(failure.hint.contains("model_prices_and_context_window.json"))
  }

  /// Beside a good entry; what is said of the bad one.
  @Test(
    arguments: [
      (
        #"{"input_cost_per_token":-1e-06,"output_cost_per_token":1e-06}"#, "'input_cost_per_token' is below 0"
      ),
      (
        #"{"input_cost_per_token":-1e-99,"output_cost_per_token":1e-06}"#, "'input_cost_per_token' is below 0"
      ),
      (
        #"{"input_cost_per_token":1e400,"output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is beyond counting"
      ),
      (
        #"{"input_cost_per_token":1e-99,"output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is next to nothing"
      ),
      (
        #"{"input_cost_per_token":3,"output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is $3,000,000.00 a million tokens: too much to be true"
      ),
      (
        #"{"input_cost_per_token":"1e-06","output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is a string where a number belongs"
      ),
      (
        #"{"input_cost_per_token":[1e-06],"output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is a list where a number belongs"
      ),
      (
        #"{"input_cost_per_token":true,"output_cost_per_token":1e-06}"#,
        "'input_cost_per_token' is true or false where a number belongs"
      ),
      (#"{"input_cost_per_token":1e-06}"#, "it has no price of output"),
      (#"{"output_cost_per_token":1e-06,"mode":"chat"}"#, "it has no price of input"),
      (#"{"input_cost_per_token":null,"output_cost_per_token":1e-06}"#, "it has no price of input"),
      ("3", "it is a number, not an object"), ("null", "it is null, not an object"),
      ("[{}]", "it is a list, not an object"),
      (#"{"tiered_pricing":{}}"#, "'tiered_pricing' is an object where a list belongs"),
      (#"{"tiered_pricing":[3]}"#, "a tier in 'tiered_pricing' is a number"),
      (
        #"{"tiered_pricing":[{"input_cost_per_token":1e-06}]}"#,
        "a tier in 'tiered_pricing' needs a 'range' of its own, such as [0, 32000]"
      ),
      (
        #"{"tiered_pricing":[{"range":[5,5],"input_cost_per_token":1e-06}]}"#,
        "a tier in 'tiered_pricing' needs a 'range' of its own, such as [0, 32000]"
      ),
      (
        #"{"tiered_pricing":[{"range":[0,5]},{"range":[0,9]}]}"#,
        "a tier in 'tiered_pricing' needs a 'range' of its own, such as [0, 32000]"
      ),
      (#"{"tiered_pricing":[{"range":[0,"x"]}]}"#, "'range' is a string where a number belongs"),
      (
        #"{"tiered_pricing":[{"range":[0,5],"input_cost_per_token":-1}]}"#,
        "'input_cost_per_token' is below 0"
      ),
      (
        #"{"tiered_pricing":["# + Array(repeating: "{}", count: 17).joined(separator: ",") + "]}",
        "'tiered_pricing' has more than 16 tiers"
      ),
      (
        #"{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"search_context_cost_per_query":{"search_context_size_low":-1}}"#,
        "'search_context_size_low' is below 0"
      ),
      (
        #"{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"search_context_cost_per_query":1000}"#,
        "'search_context_cost_per_query' is $1,000.00: too much to be true"
      ),
      (
        #"{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"provider_specific_entry":{"us":-1}}"#,
        "'us' is below 0"
      ),
      (
        #"{"input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"provider_specific_entry":{"us":0}}"#,
        "'us' multiplies by nothing"
      ),
    ])
  func leftOut(_ entry: String, _ reason: String) throws {
    let map = try PriceMap(Array("{\(Self.good),\"bad\":\(entry)}".utf8))
    #expect(map.rows.map(\.name) == ["a"] && map.skipped == 0)
    #expect(map.rejected == [.init(name: "bad", reason: reason)])
  }

  /// Not priced by the token: no mistake.
  @Test(arguments: [
    "{}", #"{"mode":"image_generation","output_cost_per_image":0.04}"#,
    #"{"mode":"image_generation","input_cost_per_token":1e-6}"#,
    #"{"mode":"audio_speech","output_cost_per_token":1e-6,"input_cost_per_character":1e-6}"#,
    #"{"input_cost_per_second":1}"#,
  ])
  func skipped(_ entry: String) throws {
    let map = try PriceMap(Array("{\(Self.good),\"other\":\(entry)}".utf8))
    #expect(map.skipped == 1 && map.rejected.isEmpty && map.rows.count == 1)
  }

  @Test func ofTwoTheLastCounts() throws {
    let text =
      #"{"a":{"input_cost_per_token":1e-06,"input_cost_per_token":3e-06,"output_cost_per_token":1e-06},"b":{},"#
      + #""a":{"input_cost_per_token":5e-06,"input_cost_per_token":4e-06,"output_cost_per_token":1e-06}}"#
    let map = try PriceMap(Array(text.utf8))
    #expect(map.rows.map(\.rates.input) == [4_000_000_000] && map.repeated == ["a"])
  }

  @Test func namesMayBeAnything() throws {
    let long = String(repeating: "x", count: 1_000_000)
    let text =
      "{\(Self.good),\"\":{},\"\(long)\":{},\"\\u00e4\\ud83d\\ude00\\\"\":\(#"{"input_cost_per_token":1e-6,"output_cost_per_token":0}"#),\"\u{FEFF}\u{1b}\":{}}"
    // An escape character as such is no JSON.
    #expect(Self.failure(text)?.message.hasSuffix("a control character in a string") == true)
    let map = try PriceMap(Array(text.replacing("\u{1b}", with: "").utf8))
    #expect(map.rows.map(\.name) == ["a", "ä😀\""])
    #expect(map.rejected.count == 2 && map.rejected.allSatisfy { $0.name.utf8.count < 600 })
    // Bytes that are no UTF-8 become marks; a mark of the byte order is passed over.
    let odd = try PriceMap(
      [0xef, 0xbb, 0xbf] + Array("{\"".utf8) + [0xff, 0xfe]
        + Array("\":\(#"{"input_cost_per_token":1e-6,"output_cost_per_token":0}"#)}".utf8))
    #expect(odd.rows.map(\.name) == ["\u{FFFD}\u{FFFD}"])
  }

  @Test func stringsAndListsOfAnyLengthArePassedOver() throws {
    let string = String(repeating: "\\\"x", count: 500_000)
    let list = "[" + String(repeating: "[],", count: 300_000) + "1]"
    let map = try PriceMap(Array(#"{"s":{"x":"\#(string)","y":\#(list)},\#(Self.good)}"#.utf8))
    #expect(map.rows.count == 1 && map.skipped == 1)
  }

  @Test func aMillionNamesAreTooMany() throws {
    var text = "{"
    for index in 0..<PriceMap.maxEntries + 1 { text += "\"m\(index)\":{}," }
    text += Self.good + "}"
    #expect(Self.failure(text)?.message.hasSuffix("more than 100000 entries") == true)
  }

  /// Where prices are mangled, what comes out is refused or sane: random bytes over the sample.
  @Test(arguments: Dice.seeds) func mangledSamples(seed: UInt64) throws {
    let sample = try [UInt8](Data(contentsOf: URL(fileURLWithPath: PriceMapSample.path)))
    var dice = Dice(seed: seed)
    for _ in 0..<50 {
      var bytes = sample
      for _ in 0..<dice.roll(1...4) {
        let at = Int(dice.roll(0...Int64(bytes.count - 1)))
        switch dice.roll(0...2) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: dice.roll(0...255))
        case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int(dice.roll(1...20))))
        default: bytes.insert(contentsOf: Array(#"-9e"{[,"#.utf8).shuffled(using: &dice), at: at)
        }
      }
      guard let map = try? PriceMap(bytes) else { continue }
      for row in map.rows {
        for plan in [row.standard] + row.tiers.values {
          for rates in [plan.rates] + plan.longContext.map(\.rates) {
            #expect(rates.list.allSatisfy { $0 >= 0 && $0 <= PriceMapEntry.maxRate }, "seed \(seed)")
          }
        }
      }
    }
  }

  // MARK: Files

  @Test func whatIsNoFileIsRefused() throws {
    let directory = TempDir()
    let fifo = directory.file("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    let large = directory.file("large")
    try directory.write("large", "{")
    #expect(truncate(large, PriceMap.maxSize + 1) == 0)
    for (path, message) in [
      (directory.path, "it is a directory"), (fifo, "it is not a file"), (large, "it is larger than 32 MB"),
      (directory.file("none"), "it cannot be read: No such file or directory"),
    ] {
      let error = #expect(throws: PriceMap.Failure.self) { try PriceFile(path) }
      #expect(error?.message == message)
    }
  }
}
