package import SpendEngine

/// What a new price list does to a model's prices.
package struct PriceChange: Sendable, Hashable {
  /// One price that is another one now, in nano-dollars per million tokens, or per search.
  package struct Difference: Sendable, Hashable {
    /// `output`, `flex output over 200k`, `web search`
    package var what: String
    package var old: Int64
    package var new: Int64

    /// More than ten times as much, or less than a tenth; what cost something and is free now is that too.
    package var isJump: Bool {
      guard old > 0 else { return false }
      return Int128(new) > Int128(old) * 10 || Int128(new) * 10 < Int128(old)
    }

    /// How far off the new price is, either way; to order by.
    var factor: Double {
      if old == new { return 1 }
      if old <= 0 || new <= 0 { return .infinity }
      let factor = Double(new) / Double(old)
      return max(factor, 1 / factor)
    }
  }

  package var name: String
  /// The largest first.
  package var differences: [Difference]

  package var isJump: Bool { differences.contains(where: \.isJump) }

  /// - Parameters:
  ///   - old: the row that is in use, and `new` the one that will be.
  init?(from old: PriceRow, to new: PriceRow) {
    guard !old.hasPrices(of: new) else { return nil }
    name = new.name
    differences = Self.differences(old, new).filter { $0.old != $0.new }
      .sorted { ($0.factor, $1.what) > ($1.factor, $0.what) }
    // A step or a tier more or less, at prices that were there before.
    if differences.isEmpty { differences = [Difference(what: "steps and tiers", old: 0, new: 0)] }
  }

  private static func differences(_ old: PriceRow, _ new: PriceRow) -> [Difference] {
    var found: [Difference] = []
    for tier in ServiceTier.allCases
    where tier == .standard || old.tiers[tier] != nil || new.tiers[tier] != nil {
      let plans = (old.tiers[tier] ?? old.standard, new.tiers[tier] ?? new.standard)
      let steps = Set((plans.0.longContext + plans.1.longContext).map(\.above)).union([0]).sorted()
      for above in steps {
        let (a, b) = (plans.0.rates(forInput: above + 1), plans.1.rates(forInput: above + 1))
        let label = (tier == .standard ? "" : tier.name + " ", above == 0 ? "" : " over \(above.thousands)")
        for (bucket, rates) in zip(PriceRow.Rates.names, zip(a.list, b.list)) {
          found.append(Difference(what: label.0 + bucket + label.1, old: rates.0, new: rates.1))
        }
      }
    }
    found.append(Difference(what: "web search", old: old.webSearchFee, new: new.webSearchFee))
    found.append(Difference(what: "factor of fast calls", old: old.fastFactor, new: new.fastFactor))
    found.append(Difference(what: "factor of US calls", old: old.usFactor, new: new.usFactor))
    return found
  }
}

/// What a new price list does to the one in use.
package struct PriceComparison: Sendable {
  /// The largest first.
  package private(set) var changed: [PriceChange] = []
  package private(set) var added: [String] = []
  package private(set) var removed: [String] = []
  package private(set) var unchanged = 0

  /// Rows are compared under the names they are listed by.
  package init(from old: PriceTable, to new: PriceMap) {
    var fresh: [String: PriceRow] = [:]
    for row in new.rows { fresh[row.name] = row }
    let known = old.rows.filter { $0.key == $0.value.name }
    for (name, row) in known {
      guard let next = fresh[name] else {
        removed.append(name)
        continue
      }
      if let change = PriceChange(from: row, to: next) { changed.append(change) } else { unchanged += 1 }
    }
    added = fresh.keys.filter { known[$0] == nil }.sorted()
    removed.sort()
    changed.sort {
      ($0.differences.first?.factor ?? 1, $1.name) > ($1.differences.first?.factor ?? 1, $0.name)
    }
  }

  package var jumps: [PriceChange] { changed.filter(\.isJump) }
}

extension PriceRow.Rates {
  /// The buckets as people call them, in the order of `list`.
  package static let names = [
    "input", "cache read", "cache write 5m", "cache write 1h", "output", "reasoning",
  ]
  package var list: [Int64] { [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning] }
}

extension Int64 {
  /// `200k`, `1,500`
  package var thousands: String { self % 1_000 == 0 ? "\((self / 1_000).grouped)k" : grouped }
}
