/// The sums of the tables: of a blob, with the numbers that stand beside it. All of a row that counts is in its sum: a flipped bit in a
/// position is as bad as one in the books.
extension Checksum {
  /// As the tables hold it.
  static func signed(_ bytes: [UInt8], _ numbers: Int64...) -> Int64 {
    keyed(Int64(bitPattern: xxh64(bytes)), numbers)
  }

  /// No numbers leave it as it is; so were all sums of the first schema.
  static func keyed(_ sum: Int64, _ numbers: [Int64]) -> Int64 {
    var mixed = UInt64(bitPattern: sum)
    for number in numbers {
      mixed = (mixed ^ UInt64(bitPattern: number)) &* 0x9E37_79B1_85EB_CA87
      mixed ^= mixed >> 29
    }
    return Int64(bitPattern: mixed)
  }

  /// - Parameter numbers: created, sequence, settled, highest file, committed.
  static func meta(uuid: String, key: [UInt8], _ numbers: [Int64]) -> Int64 {
    keyed(signed(Array(uuid.utf8) + key), numbers)
  }
  static func engineRow(_ kind: UInt8, _ key: [UInt8], _ value: [UInt8]) -> Int64 {
    signed(key + value, Int64(kind), Int64(key.count))
  }
  static func forgotten(_ pattern: String, _ books: [UInt8]) -> Int64 {
    signed(Array(pattern.utf8) + books, Int64(books.count))
  }
  static func outbox(_ id: String, _ receiver: String, _ body: String) -> Int64 {
    signed(Array(body.utf8), signed(Array(id.utf8)), signed(Array(receiver.utf8)))
  }
}
