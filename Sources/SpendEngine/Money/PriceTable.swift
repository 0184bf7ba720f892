/// A price list, with the user's overrides on top and, under a user's own list, another that knows what it lacks.
package struct PriceTable: Sendable {
  /// Which part of the table a row is from.
  package enum Part: String, Sendable, Hashable, CaseIterable {
    case override, list, fallback
    /// Nothing matched (or no name was given): the dearest row stands in.
    case dearest
  }
  package struct Match: Sendable, Hashable {
    package var row: PriceRow
    package var part: Part
  }

  /// Where it comes from and of which day, for people: `bundled 2026-11-20`.
  package var origin: String
  /// Rows by the name under which they were listed.
  package private(set) var rows: [String: PriceRow]
  /// The user's rows: they win over the list under every spelling of a model's name.
  package private(set) var overrides: [String: PriceRow] = [:]
  /// Rows for names that the list does not have, and where they are from.
  package private(set) var fallback: [String: PriceRow] = [:]
  package private(set) var fallbackOrigin = ""
  /// The row that an unknown model is priced by: the dearest on output of all that are in use.
  package private(set) var dearest: PriceRow

  private var listed: NameIndex
  private var overridden = NameIndex(names: [])
  private var fallen = NameIndex(names: [])

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
    dearest = Self.nothing
    settleDearest()
  }

  /// The same list with the user's rows on top.
  package func overriding(_ own: [PriceRow]) -> PriceTable {
    var table = self
    for row in own { table.overrides[row.name] = row }
    table.overridden = NameIndex(names: table.overrides.keys)
    table.settleDearest()
    return table
  }

  /// The same list, with the rows of `other` for names that it does not have, or not as exactly.
  package func fallingBack(to other: PriceTable) -> PriceTable {
    var table = self
    table.fallback = other.rows
    table.fallbackOrigin = other.origin
    table.fallen = NameIndex(names: other.rows.keys)
    table.settleDearest()
    return table
  }

  /// The row that prices `model`, a name as some gateway wrote it, and where it is from. Not for the hot path: keep what it returns
  /// beside the model.
  package func match(for model: String) -> Match {
    let candidates = ModelNames.candidates(for: model)
    for name in candidates {
      if let row = overridden.find(name, in: overrides) { return Match(row: row, part: .override) }
    }
    if ModelNames.isOpaque(model) { return Match(row: dearest, part: .dearest) }
    // Name by name: a region's own row in the other list is nearer than the model's row in this one.
    for name in candidates {
      if let row = listed.find(name, in: rows) { return Match(row: row, part: .list) }
      if let row = fallen.find(name, in: fallback) { return Match(row: row, part: .fallback) }
    }
    return Match(row: dearest, part: .dearest)
  }

  /// - Returns: the row, and whether it is a guess: nothing matched, so the dearest row stands in.
  package func row(for model: String) -> (row: PriceRow, isGuess: Bool) {
    let match = match(for: model)
    return (match.row, match.part == .dearest)
  }

  /// Every row that some name is priced by, once, by name.
  package var inUse: [Match] {
    let all = [overrides, rows, fallback].flatMap { $0.filter { $0.key == $0.value.name }.values }
    var seen: Set<PriceRow> = []
    return all.sorted { $0.name < $1.name }.compactMap { row in
      let match = match(for: row.name)
      return match.row == row && seen.insert(row).inserted ? match : nil
    }
  }

  /// What a call costs: the buckets at their rates, times its surcharges, and the searches at their fee, summed exactly and rounded half
  /// up once. Counts below zero are taken as zero; a sum beyond Int64 is held at its end.
  /// - Parameters:
  ///   - tokens: of one call (a long-context price goes by the call's own inclusive input).
  ///   - webSearches: billed by the piece.
  ///   - tier: at its own rates where `row` has some.
  package func cost(
    of tokens: TokenBuckets, webSearches: Int32 = 0, tier: ServiceTier = .standard,
    surcharges: Surcharges = [], row: PriceRow
  ) -> NanoUSD {
    let rates = row.rates(forInput: tokens.input, tier: tier)
    // Rates are per million tokens, so the sum is in millionths of a nano-dollar.
    var sum = UInt128(0)
    func add(_ count: Int64, _ rate: Int64, scale: UInt128 = 1) {
      guard count > 0, rate > 0 else { return }
      // Below 2^126; scaled it may be anything.
      let (product, isBeyond) = (UInt128(count) * UInt128(rate)).multipliedReportingOverflow(by: scale)
      let (total, overflow) = sum.addingReportingOverflow(product)
      sum = isBeyond || overflow ? .max : total
    }
    add(tokens.freshInput, rates.input)
    add(tokens.cacheRead, rates.cacheRead)
    add(tokens.cacheWrite5m, rates.cacheWrite5m)
    add(tokens.cacheWrite1h, rates.cacheWrite1h)
    add(tokens.output, rates.output)
    add(tokens.reasoning, rates.reasoning)
    var unit = Self.million
    if !surcharges.isEmpty {
      // From here on in millionths of millionths.
      let (product, overflow) = sum.multipliedReportingOverflow(by: UInt128(max(0, row.factor(surcharges))))
      sum = overflow ? .max : product
      unit *= Self.million
    }
    add(Int64(webSearches), row.webSearchFee, scale: unit)
    let (whole, rest) = sum.quotientAndRemainder(dividingBy: unit)
    guard whole < UInt128(Int64.max) else { return NanoUSD(rawValue: .max) }
    return NanoUSD(rawValue: Int64(whole) + (rest >= unit / 2 ? 1 : 0))
  }

  private static let million: UInt128 = 1_000_000

  private static let nothing = PriceRow(
    name: "(none)",
    rates: .init(input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0))

  /// A listed row that is always overridden must not stand in for the unknown.
  private mutating func settleDearest() {
    let all = [rows, fallback, overrides].flatMap(\.values).sorted {
      // The name last, so that the choice does not hang on the order of a dictionary.
      ($0.rates.output, $0.rates.input, $1.name) > ($1.rates.output, $1.rates.input, $0.name)
    }
    dearest = all.first { match(for: $0.name).row == $0 } ?? Self.nothing
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
