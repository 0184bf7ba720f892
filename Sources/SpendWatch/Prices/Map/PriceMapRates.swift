import SpendEngine

/// The rates that an entry's listed prices come to: what a tier or a step leaves out it has from those below it.
struct PriceMapRates {
  private let listed: [PriceMapKey: Int64]

  /// - Parameter listed: with a price of input and one of output at least.
  init(listed: [PriceMapKey: Int64]) { self.listed = listed }

  func has(_ tier: ServiceTier) -> Bool { listed.keys.contains { $0.tier == tier } }

  func plan(_ tier: ServiceTier) -> PriceRow.Plan {
    let steps = Set(listed.keys.filter { $0.tier == tier || $0.tier == .standard }.map(\.above))
      .filter { $0 > 0 }
    return PriceRow.Plan(
      rates: rates(tier, above: 0),
      longContext: steps.map { PriceRow.LongContext(above: $0, rates: rates(tier, above: $0)) })
  }

  private func rates(_ tier: ServiceTier, above: Int64) -> PriceRow.Rates {
    let input = find(.input, tier, above) ?? 0
    let output = find(.output, tier, above) ?? 0
    let write = find(.cacheWrite5m, tier, above) ?? input
    // Where a step lists only the 5-minute rate, the 1-hour rate from below it may be the lower of the two.
    let hour = own(.cacheWrite1h, tier, above) ?? max(find(.cacheWrite1h, tier, above) ?? 0, write)
    return PriceRow.Rates(
      input: input, cacheRead: find(.cacheRead, tier, above) ?? input, cacheWrite5m: write,
      cacheWrite1h: hour,
      output: output, reasoning: reasoning(tier, above) ?? output)
  }

  /// Reasoning that is listed at the price of output goes with output where a step or tier lists only that.
  private func reasoning(_ tier: ServiceTier, _ above: Int64) -> Int64? {
    if let rate = own(.reasoning, tier, above) { return rate }
    if listed[PriceMapKey(.reasoning)] == listed[PriceMapKey(.output)] { return nil }
    return find(.reasoning, tier, above)
  }

  /// Listed for the tier at this very step.
  private func own(_ bucket: PriceMapKey.Bucket, _ tier: ServiceTier, _ above: Int64) -> Int64? {
    listed[PriceMapKey(bucket, above: above, tier: tier)]
  }

  /// The tier's own at the step, else the standard tier's there; else the same of the next step below.
  private func find(_ bucket: PriceMapKey.Bucket, _ tier: ServiceTier, _ above: Int64) -> Int64? {
    let steps = Set(listed.keys.map(\.above)).filter { $0 <= above }.sorted(by: >)
    for step in steps {
      if let rate = own(bucket, tier, step) ?? own(bucket, .standard, step) { return rate }
    }
    return nil
  }
}
