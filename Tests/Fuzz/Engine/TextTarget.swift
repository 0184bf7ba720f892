import Fuzzing
import SpendEngine

/// Any text as a number and as a time: numbers against arithmetic on their digits, times by what they are when written again.
let textTarget = FuzzTarget("text") { bytes in
  try checkNumber(bytes)
  try checkTime(bytes)
}

private func checkNumber(_ bytes: [UInt8]) throws {
  let scales = [0, 9, 3, -3, -6, 1, 18]
  let text = String(decoding: bytes, as: UTF8.self)
  // A sanitizer sees what is read behind the end of a copy.
  guard let start = UnsafeMutablePointer<UInt8>.copy(bytes) else { return }
  defer { start.deallocate() }
  let number = LoggedNumber(start, count: bytes.count)
  let long = LongDecimal(bytes)
  try require((number == nil) == (long == nil), "\(text) is \(number == nil ? "no" : "a") number")
  guard let number, let long else { return }
  for scale in scales {
    for isDown in [false, true] {
      let found = number.scaled(by: scale, isDown ? .down : .nearest)
      let wanted = long.scaled(by: scale, isDown: isDown)
      try require(
        found == wanted,
        "\(text) * 10^\(scale)\(isDown ? ", down," : "") is \(String(describing: found)), not \(String(describing: wanted))"
      )
    }
  }
}

private func checkTime(_ bytes: [UInt8]) throws {
  guard let start = UnsafeMutablePointer<UInt8>.copy(bytes) else { return }
  defer { start.deallocate() }
  var clock = LoggedTime()
  let time = clock.text(start, count: bytes.count)
  try require(clock.text(start, count: bytes.count) == time, "the second look gives another time")
  guard let time else { return }
  let years = Milliseconds.day * 366 * 10_000
  if bytes.count > 7, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") {
    try require(abs(time.milliseconds) <= years, "a date at \(time.milliseconds)")
  }
  // Written again it is the same instant; the calendar there is another's.
  let written = Array(time.rfc3339.utf8)
  guard abs(time.milliseconds) < Milliseconds.day * 365 * 1000,
    let copy = UnsafeMutablePointer<UInt8>.copy(written)
  else { return }
  defer { copy.deallocate() }
  let again = clock.text(copy, count: written.count)?.milliseconds
  let second = time.milliseconds.dividedDown(by: 1000)
  try require(
    again?.dividedDown(by: 1000) == second,
    "\(time.milliseconds) is written \(time.rfc3339), and read as \(again ?? -1)")
}

extension UnsafeMutablePointer<UInt8> {
  /// A copy with nothing behind it.
  fileprivate static func copy(_ bytes: [UInt8]) -> Self? {
    guard !bytes.isEmpty else { return nil }
    let copy = allocate(capacity: bytes.count)
    copy.initialize(from: bytes, count: bytes.count)
    return copy
  }
}
