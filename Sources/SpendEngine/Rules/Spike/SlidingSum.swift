/// Nano-dollars of a sliding span, in 12 parts and the one that slides out.
struct SlidingSum: Sendable {
  /// By part number modulo 13; each 0...`largest`, so that their sum needs no care.
  private var parts: InlineArray<13, Int64> = InlineArray(repeating: 0)
  /// The number of the newest part: its start is `head` x the length of a part.
  private(set) var head: Int64

  static let count: Int64 = 12
  static let largest = Int64.max / 16

  /// The length of one part, in ms.
  static func part(of span: Milliseconds) -> Milliseconds { (span + count - 1) / count }

  init(at time: Milliseconds, part: Milliseconds) { head = time.dividedDown(by: part) }

  /// The parts that are not empty need no more room than this in a saved state.
  func write(_ writer: inout ByteWriter) {
    for place in 0..<13 { writer.unsigned(UInt64(parts[place])) }
  }

  /// nil where a part is out of range.
  init?(_ reader: inout ByteReader, at time: Milliseconds, part: Milliseconds) {
    self.init(at: time, part: part)
    for place in 0..<13 {
      let amount = reader.number(Int64.self)
      guard amount <= SlidingSum.largest else { return nil }
      parts[place] = amount
    }
  }

  private func place(_ number: Int64) -> Int {
    let rest = number % 13
    return Int(rest < 0 ? rest + 13 : rest)
  }

  @inline(__always)
  mutating func advance(to time: Milliseconds, part: Milliseconds) {
    if time &- head &* part >= part { slide(to: time.dividedDown(by: part)) }
  }

  private mutating func slide(to number: Int64) {
    if number - head > 12 {
      parts = InlineArray(repeating: 0)
    } else {
      for passed in head + 1...number { parts[place(passed)] = 0 }
    }
    head = number
  }

  /// - Parameter amount: negative for a correction; a part is never less than 0.
  /// - Returns: whether the span still holds `time`, which is not ahead of it.
  @inline(__always)
  mutating func add(_ amount: Int64, at time: Milliseconds, part: Milliseconds) -> Bool {
    var number = head
    if time < head &* part {
      number = time.dividedDown(by: part)
      if number < head - 12 { return false }
    }
    let place = place(number)
    parts[place] = min(max(parts[place].addingSaturating(amount), 0), SlidingSum.largest)
    return true
  }

  /// What was spent in the span that ends at `now`, which is in the newest part: the oldest part slides out evenly.
  @inline(__always)
  func spent(at now: Milliseconds, part: Milliseconds) -> Double {
    var total: Int64 = 0
    for place in 0..<13 { total &+= parts[place] }
    let oldest = parts[place(head + 1)]
    if oldest == 0 { return Double(total) }
    return Double(total) - Double(oldest) * Double(now - head * part) / Double(part)
  }
}
