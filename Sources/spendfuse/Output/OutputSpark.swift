/// A row of numbers as a row of small bars: `▁▃█▂ ▁`. Nothing is a blank, the largest is full, and what is above 0 shows.
struct OutputSpark {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let plain: [Character] = [".", ":", "-", "=", "+", "*", "%", "#"]

  /// - Parameters:
  ///   - values: one a column.
  ///   - largest: what a full bar stands for; nil: the largest of `values`.
  static func text(_ values: [Int64], largest: Int64? = nil, blocks hasBlocks: Bool = true) -> String {
    let top = Double(max(1, largest ?? values.max() ?? 1))
    let levels = hasBlocks ? blocks : plain
    return String(
      values.map { value in
        guard value > 0 else { return " " }
        return levels[min(7, Int((min(1, Double(value) / top) * 8).rounded(.up)) - 1)]
      })
  }
}
