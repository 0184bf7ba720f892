extension Milliseconds {
  /// The longest span that a rule or a command may ask for.
  package static let longestSpan: Milliseconds = 3_660 * .day

  /// The units that spans are written in, the largest first.
  package static let units: [(letter: Character, length: Milliseconds)] = [
    ("d", .day), ("h", .hour), ("m", .minute), ("s", .second),
  ]

  /// Reads `90s`, `10m`, `24h`, `30d`: digits and one unit; saturates; nil for anything else.
  package init?(span text: some StringProtocol) {
    let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let rest = text.dropFirst(digits.count)
    guard !digits.isEmpty, rest.count == 1,
      let unit = Milliseconds.units.first(where: { $0.letter == rest.first })
    else { return nil }
    let (span, overflow) = (Int64(text.prefix(digits.count)) ?? .max).multipliedReportingOverflow(
      by: unit.length)
    self = overflow ? .max : span
  }

  /// As rules files write it: `10m`, `90s`; in whole seconds.
  package var spanText: String {
    let unit = Milliseconds.units.first { self > 0 && self % $0.length == 0 }
    return unit.map { "\(self / $0.length)\($0.letter)" } ?? "\(self / .second)s"
  }
}
