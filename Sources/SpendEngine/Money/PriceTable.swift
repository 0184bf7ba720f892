/// A price list, with the user's overrides on top.
package struct PriceTable: Sendable {
  /// Where it comes from and of which day, for people: `bundled 2026-11-20`.
  package var origin: String
  /// Rows by the name under which they were listed.
  package private(set) var rows: [String: PriceRow]
  /// The user's rows: they win over the list under every spelling of a model's name.
  package private(set) var overrides: [String: PriceRow] = [:]
  /// The row that an unknown model is priced by: the dearest on output of all that are in use.
  package private(set) var dearest: PriceRow

  private var listed: NameIndex
  private var overridden = NameIndex(names: [])

  /// - Parameters:
  ///   - rows: one a model; of two with one name the last counts.
  ///   - aliases: other spellings, and the name of the row they stand for.
  package init(origin: String, rows: [PriceRow], aliases: [String: String] = [:]) {
    self.origin = origin
    var byName: [String: PriceRow] = [:]
    for row in rows { byName[row.name] = row }
    for (alias, name) in aliases where byName[alias] == nil { byName[alias] = byName[name] }
    self.rows = byName
    listed = NameIndex(names: byName.keys)
    dearest = Self.dearest(of: byName.values)
  }

  /// The same list with the user's rows on top.
  package func overriding(_ own: [PriceRow]) -> PriceTable {
    var table = self
    for row in own { table.overrides[row.name] = row }
    table.overridden = NameIndex(names: table.overrides.keys)
    // A listed row that is always overridden must not stand in for the unknown.
    let inUse = rows.values.filter { table.row(for: $0.name).row == $0 }
    table.dearest = Self.dearest(of: inUse + table.overrides.values)
    return table
  }

  /// The row that prices `model`, a name as some gateway wrote it. Not for the hot path: keep what it returns beside the model.
  /// - Returns: the row, and whether it is a guess: nothing matched (or no name was given), so the dearest row stands in.
  package func row(for model: String) -> (row: PriceRow, isGuess: Bool) {
    let candidates = ModelNames.candidates(for: model)
    for name in candidates { if let row = overridden.find(name, in: overrides) { return (row, false) } }
    for name in candidates { if let row = listed.find(name, in: rows) { return (row, false) } }
    return (dearest, true)
  }

  /// What a call costs: the buckets at their rates and the searches at their fee, summed exactly and rounded half up once. Counts below
  /// zero are taken as zero; a sum beyond Int64 is held at its end.
  /// - Parameters:
  ///   - tokens: of one call (a long-context price goes by the call's own inclusive input).
  ///   - webSearches: billed by the piece.
  package func cost(of tokens: TokenBuckets, webSearches: Int32 = 0, row: PriceRow) -> NanoUSD {
    var rates = row.rates
    if let long = row.longContext, tokens.input > long.above { rates = long.rates }
    // Rates are per million tokens, so the sum is in millionths of a nano-dollar.
    var sum = UInt128(0)
    func add(_ count: Int64, _ rate: Int64, scale: UInt128 = 1) {
      guard count > 0, rate > 0 else { return }
      // Below 2^126, or below 2^114 where scaled.
      let (total, overflow) = sum.addingReportingOverflow(UInt128(count) * UInt128(rate) * scale)
      sum = overflow ? .max : total
    }
    add(tokens.freshInput, rates.input)
    add(tokens.cacheRead, rates.cacheRead)
    add(tokens.cacheWrite5m, rates.cacheWrite5m)
    add(tokens.cacheWrite1h, rates.cacheWrite1h)
    add(tokens.output, rates.output)
    add(tokens.reasoning, rates.reasoning)
    add(Int64(webSearches), row.webSearchFee, scale: Self.million)
    let (whole, rest) = sum.quotientAndRemainder(dividingBy: Self.million)
    guard whole < UInt128(Int64.max) else { return NanoUSD(rawValue: .max) }
    return NanoUSD(rawValue: Int64(whole) + (rest >= Self.million / 2 ? 1 : 0))
  }

  private static let million: UInt128 = 1_000_000

  private static func dearest(of rows: some Sequence<PriceRow>) -> PriceRow {
    let free = PriceRow(
      name: "(none)",
      rates: .init(input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0))
    // The name last, so that the choice does not hang on the order of a dictionary.
    return rows.max {
      ($0.rates.output, $0.rates.input, $1.name) < ($1.rates.output, $1.rates.input, $0.name)
    } ?? free
  }
}

/// Finds names whatever their case, then also with `.`, `_` and `-` taken as one: `claude-sonnet-4.5` is `claude-sonnet-4-5`.
private struct NameIndex: Sendable {
  private var lowered: [String: String] = [:]
  private var dashed: [String: String] = [:]

  init(names listed: some Sequence<String>) {
    for name in listed.sorted() {
      if lowered[name.lowercased()] == nil { lowered[name.lowercased()] = name }
      if dashed[Self.dash(name)] == nil { dashed[Self.dash(name)] = name }
    }
  }

  func find(_ name: String, in rows: [String: PriceRow]) -> PriceRow? {
    if let row = rows[name] { return row }
    return (lowered[name.lowercased()] ?? dashed[Self.dash(name)]).flatMap { rows[$0] }
  }

  private static func dash(_ name: String) -> String {
    String(name.lowercased().map { $0 == "." || $0 == "_" ? "-" : $0 })
  }
}
