/// The last 24 closed hours: what was spent in each, without its dearest call, and what was expected. In nano-dollars.
struct DayRing: Sendable {
  /// By hour number modulo 24.
  private var spent: InlineArray<24, Float> = InlineArray(repeating: 0)
  private var expected: InlineArray<24, Float> = InlineArray(repeating: 0)
  /// A bit an hour: an alert was firing when it closed.
  private var frozen: UInt32 = 0
  // The sums of both, made anew when an hour changes.
  private(set) var spentSum: Float = 0
  private(set) var expectedSum: Float = 0

  init() {}

  private func place(_ hour: Int64) -> Int {
    let rest = hour % 24
    return Int(rest < 0 ? rest + 24 : rest)
  }

  func spent(_ hour: Int64) -> Double { Double(spent[place(hour)]) }
  func expected(_ hour: Int64) -> Double { Double(expected[place(hour)]) }

  /// Takes the place of the hour of a day before.
  mutating func close(_ hour: Int64, spent: Double, expected: Float, isFrozen: Bool) {
    let place = place(hour)
    self.spent[place] = Float(spent)
    self.expected[place] = expected
    frozen = isFrozen ? frozen | 1 &<< UInt32(place) : frozen & ~(1 &<< UInt32(place))
    sum()
  }

  /// What came late for an hour that is closed.
  mutating func add(_ amount: Double, to hour: Int64) {
    // Held to what is read back: late records may come without end.
    spent[place(hour)] = min(Float(max(0, spent(hour) + amount)), SpikeState.amounts.upperBound)
    sum()
  }

  /// The hours of an incident count as if it had not been: its spend is not "the last 24 hours" any more.
  mutating func forgetIncident() {
    guard frozen != 0 else { return }
    for place in 0..<24 where frozen &>> UInt32(place) & 1 != 0 { spent[place] = expected[place] }
    frozen = 0
    sum()
  }

  /// The hours of an incident are as good as any.
  mutating func keepIncident() { frozen = 0 }

  private mutating func sum() {
    var spent = 0.0
    var expected = 0.0
    for place in 0..<24 {
      spent += Double(self.spent[place])
      expected += Double(self.expected[place])
    }
    spentSum = Float(spent)
    expectedSum = Float(expected)
  }

  func write(_ writer: inout ByteWriter) {
    for place in 0..<24 {
      writer.float(spent[place])
      writer.float(expected[place])
    }
    writer.unsigned(UInt64(frozen))
  }

  /// nil where an amount is none.
  init?(_ reader: inout ByteReader) {
    for place in 0..<24 {
      spent[place] = reader.float()
      expected[place] = reader.float()
      guard SpikeState.amounts.contains(spent[place]), SpikeState.amounts.contains(expected[place]) else {
        return nil
      }
    }
    frozen = reader.number()
    guard frozen < 1 << 24 else { return nil }
    sum()
  }
}
