import SpendEngine

/// How amounts are spread, in lines that fit 80 columns. Buckets are the steps 1, 2, 5 of each power of ten (or the powers alone, where
/// that would be too many): spend and tokens differ by factors.
struct Histogram {
  private struct Bucket {
    var low: Int64
    var high: Int64
    var count: Int64
  }
  private var buckets: [Bucket] = []

  private static let mostLines = 9
  private static let width = 28

  /// - Parameter values: above 0, with how often each occurred.
  init(_ values: [(value: Int64, count: Int64)]) {
    guard let least = values.map(\.value).min(), let most = values.map(\.value).max(), least > 0 else {
      return
    }
    var edges = Histogram.edges(from: least, to: most, steps: [1, 2, 5])
    if edges.count - 1 > Histogram.mostLines { edges = Histogram.edges(from: least, to: most, steps: [1]) }
    // What is left of too many lies in the lowest bucket.
    if edges.count - 1 > Histogram.mostLines { edges = [0] + edges.suffix(Histogram.mostLines) }
    buckets = zip(edges, edges.dropFirst()).map { low, high in
      Bucket(
        low: low, high: high,
        count: values.reduce(0) { $0 + ($1.value >= low && ($1.value < high || high == .max) ? $1.count : 0) }
      )
    }
  }

  /// From the last edge at or below `least` to the first above `most`.
  private static func edges(from least: Int64, to most: Int64, steps: [Int64]) -> [Int64] {
    var edges: [Int64] = []
    var power: Int64 = 1
    while true {
      for step in steps {
        let (edge, overflow) = power.multipliedReportingOverflow(by: step)
        if overflow { return edges + [.max] }
        if edge <= least { edges = [edge] } else { edges.append(edge) }
        if edge > most { return edges }
      }
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { return edges + [.max] }
      power = next
    }
  }

  /// `$0.20 to $0.50  ████████            12  <- the limit`
  func lines(limit: Int64, text: (Int64) -> String) -> [String] {
    let most = max(1, buckets.map(\.count).max() ?? 1)
    let labels = buckets.map {
      $0.high == .max ? "from \(text($0.low))" : "\(text($0.low)) to \(text($0.high))"
    }
    let labelWidth = labels.map(\.count).max() ?? 0
    let countWidth = most.grouped.count
    return zip(buckets, labels).map { bucket, label in
      let length =
        bucket.count == 0
        ? 0 : max(1, Int((Double(bucket.count) / Double(most) * Double(Histogram.width)).rounded()))
      let bar =
        String(repeating: "█", count: length) + String(repeating: " ", count: Histogram.width - length)
      let count = bucket.count.grouped
      let padded =
        label + String(repeating: " ", count: labelWidth - label.count) + "  " + bar + "  "
        + String(repeating: " ", count: countWidth - count.count) + count
      return padded + (bucket.low <= limit && limit < bucket.high ? "  <- the limit" : "")
    }
  }

  /// Of money: `$0.20`, `$50`, `$1,000`.
  static func dollars(_ amount: Int64) -> String {
    let text = NanoUSD(rawValue: amount).exactText
    return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
  }
}
