/// Breaks bytes in the ways that JSON, numbers, YAML and stored rows break: for runs without libFuzzer.
package struct Mutator {
  private static let tokens: [[UInt8]] =
    [
      "{", "}", "[", "]", "\"", "\\", ":", ",", "\n", "\r", "\r\n", "\0", "\u{1e}", "\u{feff}", "\u{2028}",
      "1e400", "-0", "9223372036854775807", "9223372036854775808", "18446744073709551615", "null", "true",
      "NaN",
      "\\ud800", "\\u0000", "\\\"", "2026-11-24T10:00:00Z", "+14:00", "{\n", "\n{", "}{", "\"\":", "<<: *a",
      "&a ",
      "!!binary ", "- ", "? ", "|\n", "%YAML 1.2\n",
    ].map { Array($0.utf8) } + [
      [0xff], [0xc3], [0xef, 0xbb], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ]

  private var dice: any RandomNumberGenerator

  package init(_ dice: any RandomNumberGenerator) { self.dice = dice }

  private mutating func number(below end: Int) -> Int { end <= 1 ? 0 : Int(dice.next() % UInt64(end)) }

  /// One of the examples, spliced with another at times, broken in one to eight places.
  package mutating func next(of corpus: [[UInt8]], longest: Int = 1 << 14) -> [UInt8] {
    guard !corpus.isEmpty else { return [] }
    var bytes = corpus[number(below: corpus.count)]
    if number(below: 3) == 0 {
      let other = corpus[number(below: corpus.count)]
      bytes = Array(
        bytes.prefix(number(below: bytes.count + 1)) + other.suffix(number(below: other.count + 1)))
    }
    for _ in 0...number(below: 8) { mutate(&bytes) }
    return Array(bytes.prefix(longest))
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = number(below: bytes.count + 1)
    let end = min(bytes.count, place + 1 + number(below: 40))
    let token = Self.tokens[number(below: Self.tokens.count)]
    switch number(below: 9) {
    case 0 where place < bytes.count: bytes[place] = UInt8(number(below: 256))
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
    case 2 where place < bytes.count: bytes.removeSubrange(place..<end)
    case 3 where place < bytes.count:
      bytes.insert(contentsOf: bytes[place..<end], at: number(below: place + 1))
    case 4: bytes.removeSubrange(end...)
    case 5:
      // Deep.
      bytes.insert(contentsOf: (0..<number(below: 200)).flatMap { _ in token }, at: place)
    case 6 where place < bytes.count:
      bytes.replaceSubrange(place..<min(end, place + token.count), with: token)
    case 7 where place < bytes.count: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][number(below: 5)]
    default: bytes.insert(contentsOf: token, at: place)
    }
  }
}
