/// What a subject spends in each hour of the week, and how often each hour was seen. 168 cells of 16 bits.
struct WeekProfile: Sendable {
  /// 12 bits: 64 x log2 of nano-dollars; 4 bits: visits.
  private var cells: InlineArray<168, UInt16> = InlineArray(repeating: 0)
  /// S: the mean of all hours, in nano-dollars.
  private(set) var level: Float = 0
  /// Hours learnt.
  private(set) var hours: UInt32 = 0

  /// Visits that count.
  private static let mostVisits = 15
  /// How many visits of its own an hour of the week needs to be trusted as much as the same hour on such days.
  private static let shrinkage = 4.0

  init() {}

  func visits(_ cell: Int) -> Int { Int(cells[cell] & 15) }
  /// Nano-dollars; the code 0 stands for less than one.
  func usual(_ cell: Int) -> Double { WeekProfile.amount(cells[cell] &>> 4) }

  static func amount(_ code: UInt16) -> Double {
    code == 0 ? 0 : Logarithm.exp(Double(code) * (Logarithm.two / 64))
  }
  static func code(_ amount: Double) -> UInt16 {
    guard amount > 1 else { return 0 }
    return UInt16(min(4_095, (Logarithm.natural(amount) * (64 / Logarithm.two)).rounded()))
  }

  /// What the hour should cost: what this hour of the week did, shrunk to this hour on such days (five weekdays, or two of the weekend),
  /// shrunk to the level.
  func expected(_ cell: Int) -> Double {
    let (first, last) =
      cell < 5 * 24 ? (cell % 24, 4 * 24 + cell % 24) : (5 * 24 + cell % 24, 6 * 24 + cell % 24)
    var sum = Double(level)
    var count = 1.0
    for same in stride(from: first, through: last, by: 24) where visits(same) > 0 {
      let weight = Double(visits(same))
      sum += usual(same) * weight
      count += weight
    }
    let own = Double(visits(cell))
    return (own * usual(cell) + WeekProfile.shrinkage * (sum / count)) / (own + WeekProfile.shrinkage)
  }

  /// - Parameter spent: of a whole hour, in nano-dollars; >= 0.
  mutating func learn(_ spent: Double, _ cell: Int, cellRate: Double, levelRate: Double) {
    let seen = min(visits(cell) + 1, WeekProfile.mostVisits)
    let before = usual(cell)
    let after = before + max(cellRate, 1 / Double(seen)) * (spent - before)
    cells[cell] = WeekProfile.code(after) &<< 4 | UInt16(seen)
    if hours < .max { hours += 1 }
    let mean = Double(level)
    level = Float(max(0, mean + max(levelRate, 1 / Double(hours)) * (spent - mean)))
  }

  /// Every hour is expected to cost so many times as much, and some nano-dollars more.
  mutating func raise(by times: Double, adding amount: Double) {
    for cell in 0..<168 where visits(cell) > 0 {
      cells[cell] = WeekProfile.code(usual(cell) * times + amount) &<< 4 | cells[cell] & 15
    }
    level = min(Float(Double(level) * times + amount), SpikeState.amounts.upperBound)
  }

  func write(_ writer: inout ByteWriter) {
    writer.float(level)
    writer.unsigned(UInt64(hours))
    for cell in 0..<168 {
      writer.byte(UInt8(truncatingIfNeeded: cells[cell]))
      writer.byte(UInt8(truncatingIfNeeded: cells[cell] &>> 8))
    }
  }

  /// nil where no learning leads to it.
  init?(_ reader: inout ByteReader) {
    level = reader.float()
    hours = reader.number()
    guard SpikeState.amounts.contains(level) else { return nil }
    for cell in 0..<168 {
      let low = UInt16(reader.byte())
      cells[cell] = low | UInt16(reader.byte()) &<< 8
    }
  }
}
