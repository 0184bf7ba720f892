import SpendEngine

/// One model's entry of a price map: the prices it lists, and the row that they come to.
struct PriceMapEntry {
  /// Why an entry is left out, for people.
  struct Problem: Error, Hashable {
    var text: String
    init(_ text: String) { self.text = text }
  }

  /// Nano-dollars per million tokens.
  private(set) var listed: [PriceMapKey: Int64] = [:]
  /// Nano-dollars; nil where none is listed.
  private(set) var webSearchFee: Int64?
  /// In thousandths.
  private(set) var fastFactor: Int64 = 1_000
  private(set) var usFactor: Int64 = 1_000
  /// What the model is for; empty where the map does not say.
  private var mode = ""
  private var steps: [Step] = []
  /// The first thing that is wrong with it.
  private var problem: Problem?

  private struct Step {
    var range: [Int64] = []
    var rates: [PriceMapKey: Int64] = [:]
  }

  /// Five times the dearest price there ever was: a map that has more took a price per thousand, or per million, for one per token.
  static let maxRate: Int64 = 3_000 * 1_000_000_000
  private static let maxFee: Int64 = 100 * 1_000_000_000
  private static let factors: ClosedRange<Int64> = 1...100_000
  private static let maxSteps = 16
  private static let textModes: Set<String> = ["", "chat", "completion", "responses"]
  private static let modesWithoutOutput: Set<String> = ["embedding", "rerank", "moderation"]

  /// Reads an entry, all of it: a wrong price is a problem of the entry, a broken grammar one of the file.
  init(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard reader.peek() == UInt8(ascii: "{") else {
      problem = Problem("it is \(try reader.scalar().noun), not an object")
      return
    }
    var entry = self
    try reader.members { (reader, name) throws(JSONReader.Failure) in
      switch name {
      case "tiered_pricing": try entry.readSteps(&reader)
      case "search_context_cost_per_query": try entry.readFee(&reader)
      case "provider_specific_entry": try entry.readFactors(&reader)
      case "mode": entry.mode = try reader.text() ?? ""
      default:
        let key = PriceMapKey(name)
        let value = try reader.scalar()
        guard let key, let rate = entry.rate(value, name) else { break }
        entry.listed[key] = rate
      }
    }
    self = entry
  }

  // MARK: Reading

  private mutating func note(_ text: String) { if problem == nil { problem = Problem(text) } }

  /// Nano-dollars per million tokens; nil where it is null, or wrong.
  private mutating func rate(_ value: JSONReader.Scalar, _ name: String) -> Int64? {
    // One USD a token is 1e9 nano-dollars times a million tokens.
    amount(value, name, power: 15, most: PriceMapEntry.maxRate) {
      "\(NanoUSD(rawValue: $0).text) a million tokens"
    }
  }

  private mutating func amount(
    _ value: JSONReader.Scalar, _ name: String, power: Int, most: Int64, shown: (Int64) -> String
  ) -> Int64? {
    guard case .number(let text) = value else {
      if value != .null { note("'\(name)' is \(value.noun) where a number belongs") }
      return nil
    }
    do throws(DecimalText.Failure) {
      let amount = try DecimalText.rounded(text, power: power)
      if amount < 0 {
        note("'\(name)' is below 0")
      } else if amount > most {
        note("'\(name)' is \(shown(amount)): too much to be true")
      } else {
        return amount
      }
    } catch {
      let isNegative = text.hasPrefix("-")
      note(
        "'\(name)' is \(isNegative ? "below 0" : error == .tooFine ? "next to nothing" : "beyond counting")")
    }
    return nil
  }

  /// A range of input, and what holds in it.
  private mutating func readSteps(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard reader.peek() == UInt8(ascii: "[") else {
      let value = try reader.scalar()
      if value != .null { note("'tiered_pricing' is \(value.noun) where a list belongs") }
      return
    }
    var entry = self
    entry.steps = []
    try reader.elements { (reader) throws(JSONReader.Failure) in
      guard reader.peek() == UInt8(ascii: "{") else {
        entry.note("a tier in 'tiered_pricing' is \(try reader.scalar().noun)")
        return
      }
      var step = Step()
      try reader.members { (reader, name) throws(JSONReader.Failure) in
        if name == "range", reader.peek() == UInt8(ascii: "[") {
          step.range = []
          try reader.elements { (reader) throws(JSONReader.Failure) in
            let bound = entry.amount(try reader.scalar(), "range", power: 0, most: 1 << 50) { "\($0)" }
            if let bound, step.range.count < 3 { step.range.append(bound) }
          }
          return
        }
        let value = try reader.scalar()
        guard let key = PriceMapKey(name), key.above == 0, let rate = entry.rate(value, name) else { return }
        step.rates[key] = rate
      }
      if entry.steps.count < PriceMapEntry.maxSteps {
        entry.steps.append(step)
      } else {
        entry.note("'tiered_pricing' has more than \(PriceMapEntry.maxSteps) tiers")
      }
    }
    self = entry
  }

  /// The fee of a search at the usual size; a map that has it without sizes has one for all.
  private mutating func readFee(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    let name = "search_context_cost_per_query"
    func shown(_ fee: Int64) -> String { NanoUSD(rawValue: fee).text }
    guard reader.peek() == UInt8(ascii: "{") else {
      let value = try reader.scalar()
      webSearchFee = amount(value, name, power: 9, most: PriceMapEntry.maxFee, shown: shown)
      return
    }
    var entry = self
    var fees: [String: Int64] = [:]
    try reader.members { (reader, size) throws(JSONReader.Failure) in
      let value = try reader.scalar()
      guard size.hasPrefix("search_context_size_") else { return }
      fees[size] = entry.amount(value, size, power: 9, most: PriceMapEntry.maxFee, shown: shown)
    }
    self = entry
    webSearchFee = fees["search_context_size_medium"] ?? fees.values.max()
  }

  /// What calls that were served fast, or kept in the US, are multiplied by. Providers put other things there too.
  private mutating func readFactors(_ reader: inout JSONReader) throws(JSONReader.Failure) {
    guard reader.peek() == UInt8(ascii: "{") else {
      _ = try reader.scalar()
      return
    }
    var entry = self
    try reader.members { (reader, name) throws(JSONReader.Failure) in
      let value = try reader.scalar()
      guard ["fast", "us"].contains(name), case .number = value,
        let factor = entry.amount(
          value, name, power: 3, most: PriceMapEntry.factors.upperBound, shown: { "\($0)" })
      else { return }
      guard PriceMapEntry.factors.contains(factor) else {
        return entry.note("'\(name)' multiplies by nothing")
      }
      if name == "fast" { entry.fastFactor = factor } else { entry.usFactor = factor }
    }
    self = entry
  }

  // MARK: The row

  /// - Returns: nil for a model that is not priced by the token.
  func row(named name: String) throws(Problem) -> PriceRow? {
    if let problem { throw problem }
    var listed = listed
    var lowest: Set<Int64> = []
    for step in steps {
      guard step.range.count == 2, step.range[0] < step.range[1], lowest.insert(step.range[0]).inserted else {
        throw Problem("a tier in 'tiered_pricing' needs a 'range' of its own, such as [0, 32000]")
      }
    }
    for step in steps {
      // The lowest tier is what small requests cost, wherever it begins.
      let above = step.range[0] == lowest.min() ? 0 : step.range[0]
      for (key, rate) in step.rates { listed[PriceMapKey(key.bucket, above: above, tier: key.tier)] = rate }
    }
    guard !listed.isEmpty else { return nil }
    if PriceMapEntry.modesWithoutOutput.contains(mode), listed[PriceMapKey(.output)] == nil {
      listed[PriceMapKey(.output)] = 0
    }
    for (bucket, what) in [(PriceMapKey.Bucket.input, "input"), (.output, "output")]
    where listed[PriceMapKey(bucket)] == nil {
      // Pictures and speech: tokens on one side, pieces on the other.
      guard PriceMapEntry.textModes.contains(mode) else { return nil }
      throw Problem("it has no price of \(what)")
    }
    let rates = PriceMapRates(listed: listed)
    var row = PriceRow(name: name, rates: rates.plan(.standard).rates)
    row.webSearchFee = webSearchFee ?? PriceMapEntry.bundledFee(name)
    row.standard = rates.plan(.standard)
    for tier in ServiceTier.allCases where tier != .standard && rates.has(tier) {
      row.tiers[tier] = rates.plan(tier)
    }
    row.fastFactor = fastFactor
    row.usFactor = usFactor
    return row
  }
}

extension PriceMapEntry {
  /// Maps leave the fees of searches out for most models.
  private static func bundledFee(_ name: String) -> Int64 {
    let match = PriceTable.bundled.match(for: name)
    return match.part == .list ? match.row.webSearchFee : 0
  }
}

extension JSONReader.Scalar {
  /// For messages.
  var noun: String {
    switch self {
    case .number: "a number"
    case .string: "a string"
    case .word: "true or false"
    case .null: "null"
    case .list: "a list"
    case .object: "an object"
    }
  }
}
