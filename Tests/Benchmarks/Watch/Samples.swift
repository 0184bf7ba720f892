/// Spans of one kind, and their spread.
struct Samples {
  private var spans: [Duration] = []

  mutating func add(_ span: Duration) { spans.append(span) }
  var count: Int { spans.count }

  /// Microseconds.
  private func percentile(_ share: Double) -> Int64 {
    let sorted = spans.sorted()
    guard let last = sorted.last else { return 0 }
    let index = Int((Double(sorted.count) * share).rounded(.up)) - 1
    return microseconds(index < sorted.count ? sorted[max(0, index)] : last)
  }

  func print(_ name: String) {
    Swift.print(
      "\(name): n=\(count) p50 \(percentile(0.5)) us, p90 \(percentile(0.9)) us, p99 \(percentile(0.99)) us,"
        + " max \(percentile(1)) us")
  }
}

func microseconds(_ span: Duration) -> Int64 {
  span.components.seconds * 1_000_000 + span.components.attoseconds / 1_000_000_000_000
}
