import SpendEngine

/// What one price of a map entry is for: `cache_read_input_token_cost_above_200k_tokens_priority`.
struct PriceMapKey: Hashable {
  enum Bucket: CaseIterable {
    case input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning
  }
  var bucket: Bucket
  /// Of requests with more input than this; 0 = of all.
  var above: Int64 = 0
  var tier = ServiceTier.standard

  init(_ bucket: Bucket, above: Int64 = 0, tier: ServiceTier = .standard) {
    self.bucket = bucket
    self.above = above
    self.tier = tier
  }

  private static let buckets: [String: Bucket] = [
    "input_cost_per_token": .input, "output_cost_per_token": .output,
    "cache_read_input_token_cost": .cacheRead, "cache_creation_input_token_cost": .cacheWrite5m,
    "output_cost_per_reasoning_token": .reasoning,
  ]
  private static let tiers: [Substring: ServiceTier] = [
    "flex": .flex, "priority": .priority, "batches": .batch, "batch": .batch,
  ]
  /// Longer names, and higher thresholds, are nobody's.
  private static let maxLength = 128
  private static let maxThreshold: Int64 = 1_000_000_000

  /// nil for whatever is no price of a token that is counted: of images, of audio, of a second, and all that is no price.
  init?(_ name: String) {
    guard name.utf8.count <= PriceMapKey.maxLength, name.contains("cost") else { return nil }
    var parts = name.split(separator: "_", omittingEmptySubsequences: false)[...]
    var isHour = false
    while true {
      if let last = parts.last, let tier = PriceMapKey.tiers[last], self.tier == .standard {
        self.tier = tier
        parts = parts.dropLast()
      } else if parts.suffix(2) == ["above", "1hr"], !isHour {
        isHour = true
        parts = parts.dropLast(2)
      } else if parts.count > 3, parts.suffix(3).first == "above", parts.last == "tokens", above == 0 {
        guard let tokens = PriceMapKey.tokens(parts[parts.endIndex - 2]) else { return nil }
        above = tokens
        parts = parts.dropLast(3)
      } else {
        break
      }
    }
    guard let bucket = PriceMapKey.buckets[parts.joined(separator: "_")] else { return nil }
    if isHour {
      guard bucket == .cacheWrite5m else { return nil }
      self.bucket = .cacheWrite1h
    } else {
      self.bucket = bucket
    }
  }

  /// `200k`, `512`
  private static func tokens(_ text: Substring) -> Int64? {
    let digits = text.hasSuffix("k") ? text.dropLast() : text
    guard let number = Int64(digits), number > 0, !digits.hasPrefix("+") else { return nil }
    let tokens = number.multipliedSaturating(by: text.hasSuffix("k") ? 1_000 : 1)
    return tokens <= maxThreshold ? tokens : nil
  }
}
