import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What is done with price lists: bills, comparisons, near names, files put in place, rules that name one.
@Suite struct PriceUseTests {
  typealias Sample = PriceMapSample

  // MARK: Bills

  /// The lines of a bill, rounded together, are what is booked.
  @Test(arguments: Dice.seeds) func aBillAddsUp(seed: UInt64) throws {
    let table = try Sample.map().table(origin: "sample")
    let names = table.inUse.map(\.row.name)
    var dice = Dice(seed: seed)
    for _ in 0..<300 {
      func count() -> Int64 { dice.one(in: 3) ? 0 : dice.roll(0...400_000) }
      let tokens = Sample.tokens(
        count(), read: count(), write5m: count(), write1h: count(), output: count(), reasoning: count())
      let (model, tier) = (dice.pick(names), dice.pick(ServiceTier.allCases))
      let searches = Int32(dice.roll(0...3))
      let surcharges = Surcharges(rawValue: UInt8(dice.roll(0...3)))
      let bill = PriceBill(
        model: model, tokens: tokens, webSearches: searches, tier: tier, surcharges: surcharges, calls: 7,
        table: table)
      // In 1e-12 nano-dollars.
      let factor = Int128(bill.match.row.factor(surcharges))
      let sum = bill.lines.reduce(Int128(0)) { sum, line in
        let isFee = line.what == "web search"
        return sum + Int128(line.count) * Int128(line.rate) * (isFee ? 1_000_000_000_000 : factor)
      }
      #expect(Int128(bill.perCall.rawValue) == (sum + 500_000_000_000) / 1_000_000_000_000, "seed \(seed)")
      #expect(bill.total.rawValue == bill.perCall.rawValue * 7)
    }
  }

  @Test(
    arguments: [
      (0, 1, "0", "$0.00"), (480, 1_250_000_000, "0.0006", "$0.0006"),
      (1_000_000, 3_000_000_000, "3", "$3.00"),
      (1, 1, "0.000000000000001", "$0.000000000000001"), (500_000, 3_000_000_000, "1.5", "$1.50"),
      (.max, .max, "85070591730234615.84739690778421", "$85070591730234615.84739690778421"),
    ] as [(Int64, Int64, String, String)])
  func exactDollars(count: Int64, rate: Int64, decimal: String, text: String) {
    let cost = ExactUSD(count: count, rate: rate)
    if count < .max {
      #expect(cost.decimal == decimal && cost.text == text)
    } else {
      // 2^126 millionths of millionths: saturated, and no trap.
      #expect(cost == ExactUSD(count: .max, rate: .max, factor: .max))
    }
  }

  // MARK: Near names

  @Test(
    arguments: [
      ("gpt-5x", "gpt-5"), ("claude-sonet-4-5", "claude-sonnet-4-5"), ("openai/gpt5", "gpt-5"),
      ("gemini-2.5-pro-preview-05-06", "gemini-2.5-pro"), ("claude-opus-4-6-ultra", "claude-opus-4-6"),
      ("grok_x9", "grok-x"),
    ])
  func nearNames(_ asked: String, _ name: String) throws {
    let near = try Sample.map().table(origin: "sample").names(near: asked)
    #expect(near.contains(name) && near.count <= 3, "\(near)")
  }

  @Test(arguments: ["", "x", "no-such-model-at-all", String(repeating: "gpt-5", count: 10_000), "///"])
  func nothingIsNear(_ asked: String) { #expect(PriceTable.bundled.names(near: asked).isEmpty) }

  // MARK: Comparisons

  private static func entry(_ name: String, _ input: String, _ output: String, _ more: String = "") -> String
  {
    "\"\(name)\":{\"input_cost_per_token\":\(input),\"output_cost_per_token\":\(output)\(more)}"
  }
  private static func map(_ entries: String...) throws -> PriceMap {
    try PriceMap(Array("{\(entries.joined(separator: ","))}".utf8))
  }
  private static func comparison(_ old: String, _ new: String) throws -> PriceComparison {
    try PriceComparison(from: map(old).table(origin: "old"), to: map(new))
  }

  /// An entry before and after: what changed most, and whether that is beyond belief.
  @Test(
    arguments: [
      (entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "3e-6"), "output", false),
      (entry("a", "1e-6", "2e-6"), entry("a", "10e-6", "2e-6"), "cache read", false),
      (entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "20.000001e-6"), "output", true),
      (entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "0.2e-6"), "output", false),
      (entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "0.1999e-6"), "output", true),
      (entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "0"), "output", true),
      (entry("a", "1e-6", "0"), entry("a", "1e-6", "2e-6"), "output", false),
      (
        entry("a", "1e-6", "2e-6"),
        entry("a", "1e-6", "2e-6", #","output_cost_per_token_above_200k_tokens":30e-6"#),
        "output over 200k", true
      ),
      (
        entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "2e-6", #","input_cost_per_token_flex":5e-7"#),
        "flex cache read", false
      ),
      (
        entry("a", "1e-6", "2e-6"), entry("a", "1e-6", "2e-6", #","provider_specific_entry":{"fast":20}"#),
        "factor of fast calls", true
      ),
    ])
  func changes(_ old: String, _ new: String, _ what: String, _ isJump: Bool) throws {
    let comparison = try Self.comparison(old, new)
    let change = try #require(comparison.changed.first)
    #expect(change.differences.first?.what == what && change.isJump == isJump, "\(change)")
    #expect(comparison.jumps.isEmpty == !isJump && comparison.unchanged == 0)
  }

  @Test func comesAndGoes() throws {
    let old = try Self.map(
      Self.entry("b", "1e-6", "2e-6"), Self.entry("x/c", "1e-6", "2e-6"), Self.entry("d", "1e-6", "2e-6"))
    let new = try Self.map(
      Self.entry("d", "1e-6", "2e-6"), Self.entry("e", "1e-6", "2e-6"), Self.entry("b", "1e-6", "9e-6"))
    let comparison = PriceComparison(from: old.table(origin: ""), to: new)
    // A bare name that is only a spelling is no row.
    #expect(comparison.added == ["e"] && comparison.removed == ["x/c"] && comparison.unchanged == 1)
    #expect(comparison.changed.map(\.name) == ["b"])
  }

  @Test func theLargestChangeComesFirst() throws {
    let names = ["a", "b", "c"]
    let old = try PriceMap(
      Array("{\(names.map { Self.entry($0, "1e-6", "2e-6") }.joined(separator: ","))}".utf8))
    let new = try Self.map(
      Self.entry("a", "1e-6", "3e-6"), Self.entry("b", "1e-7", "2e-6"), Self.entry("c", "0", "0"))
    #expect(PriceComparison(from: old.table(origin: ""), to: new).changed.map(\.name) == ["c", "b", "a"])
  }

  // MARK: Files

  private static func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func aFileIsPutInPlaceWhole() throws {
    let directory = TempDir()
    let file = try PriceFile(Sample.path)
    let target = directory.file("prices.json")
    for _ in 0..<2 {
      try file.install(at: target)
      #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: target))) == file.bytes)
      #expect(try Self.mode(target) == 0o644)
    }
    // A link goes on naming what it names.
    let link = directory.file("link.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "prices.json")
    try directory.write("prices.json", "old")
    try PriceFile(Sample.path).install(at: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "prices.json")
    #expect(try PriceFile(target).map.rows.count == 17)
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(Set(left) == ["prices.json", "link.json"])
  }

  @Test func aPlaceThatIsNoneIsSaid() throws {
    let directory = TempDir()
    let file = try PriceFile(Sample.path)
    #expect(throws: SystemError.self) { try file.install(at: directory.file("none/prices.json")) }
    try FileManager.default.createDirectory(
      atPath: directory.file("taken/x"), withIntermediateDirectories: true)
    #expect(throws: SystemError.self) { try file.install(at: directory.file("taken")) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["taken"])
  }

  // MARK: Rules

  private static func load(_ prices: String, in directory: TempDir, needsPriceFile: Bool = true) -> (
    configuration: Configuration?, diagnostics: [Diagnostic]
  ) {
    let text = """
      sources: [{path: /logs/*.jsonl}]
      rules: [{name: cap, per: key, window: day, limit: 1}]
      prices: \(prices)
      """
    let environment = ConfigEnvironment(
      directory: directory.path, home: nil, credentialsDirectory: nil, now: EngineTime(milliseconds: 0),
      needsPriceFile: needsPriceFile)
    return RulesFile.load(Array(text.utf8), path: "rules.yaml", environment: environment)
  }

  @Test func rulesNameAFile() throws {
    let directory = TempDir()
    let path = directory.file("sub/prices.json")
    try directory.write("sub/prices.json", String(contentsOfFile: Sample.path, encoding: .utf8))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_795_000_000)], ofItemAtPath: path)
    let (made, diagnostics) = Self.load(
      "{file: sub/prices.json, overrides: {gpt-5: {input: 1, output: 2}}}", in: directory)
    let configuration = try #require(made)
    // One of the sample's entries is wrong.
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.first?.message.contains("'azure_ai/priced-per-thousand'") == true)
    #expect(configuration.priceFile == path)
    let prices = configuration.prices
    #expect(prices.match(for: "gpt-5").part == .override && prices.match(for: "grok-x").part == .list)
    #expect(prices.match(for: "gpt-5-nano").part == .fallback)
    let schedule = Schedule.text(configuration, now: EngineTime(milliseconds: 0)) { _ in nil }
    let line = schedule.split(separator: "\n").last { $0.hasPrefix("prices") }
    #expect(
      line?.hasPrefix(
        "prices       \(path) of 2026-11-18, 22 names, 1 override, else bundled 2026-11-20; a model") == true,
      "\(line ?? "")")
  }

  @Test func aFileThatIsNotThereYet() throws {
    let directory = TempDir()
    let (refused, errors) = Self.load("{file: none.json}", in: directory)
    #expect(refused == nil && errors.map(\.severity) == [.error])
    // `prices update` makes it.
    let (made, warnings) = Self.load("{file: none.json}", in: directory, needsPriceFile: false)
    #expect(made?.priceFile == directory.file("none.json") && warnings.map(\.severity) == [.warning])
    #expect(made?.prices.origin == PriceTable.bundled.origin)
  }
}
