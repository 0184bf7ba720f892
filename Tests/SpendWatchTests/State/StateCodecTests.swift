import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct StateCodecTests {
  /// From xxHash's own sanity check (its generator's bytes) and RFC-like samples known elsewhere.
  @Test(
    arguments: [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)])
  func checksumIsXXH64(_ text: String, _ sum: UInt64) { #expect(Checksum.xxh64(Array(text.utf8)) == sum) }

  @Test func checksumSeesEveryBit() {
    var random = Dice(seed: 5)
    for length in [1, 3, 4, 7, 8, 31, 32, 33, 63, 100] {
      let bytes = random.bytes(length...length)
      let sum = Checksum.xxh64(bytes)
      for bit in 0..<(length * 8) {
        var other = bytes
        other[bit / 8] ^= 1 << (bit % 8)
        #expect(Checksum.xxh64(other) != sum, "bit \(bit) of \(length) bytes")
      }
    }
  }

  @Test(arguments: 1...40) func booksComeBack(seed: UInt64) throws {
    var random = Dice(seed: seed)
    func number() -> Int64 {
      Bool.random(using: &random)
        ? .random(in: 0...300, using: &random) : .random(in: .min ... .max, using: &random)
    }
    var books = Books()
    books.read = number()
    books.folded = number()
    books.duplicate = number()
    books.noUsage = number()
    books.skewed = number()
    books.late = number()
    books.untimed = number()
    books.contradictory = number()
    books.grew = number()
    books.pricedByLog = number()
    books.pricedByTable = number()
    books.pricedByDearest = number()
    books.other = number()
    for index in books.rejected.indices { books.rejected[index] = number() }
    let bytes = BooksCodec.encode(books)
    #expect(BooksCodec.decode(bytes) == books)
    // A cut inside a number is noticed; a cut between two rejections is an older version's bytes.
    for length in 0..<bytes.count {
      if let shorter = BooksCodec.decode(bytes[..<length]) { #expect(shorter.read == books.read) }
    }
    #expect(BooksCodec.decode(bytes + [0x80]) == nil)
    #expect(BooksCodec.decode(bytes + [5]) == books, "a later version's reason")
  }

  /// What was stored before `(other)` was counted: 12 counters.
  @Test func olderBooksAreRead() throws {
    let bytes: [UInt8] = [1, 12] + (1...12) + [7, 8]
    let books = try #require(BooksCodec.decode(bytes))
    #expect(books.read == 1 && books.pricedByDearest == 12 && books.other == 0)
    #expect(books.rejected.prefix(2) == [7, 8])
  }

  /// A row of before there were contexts reads as it did; one with a context has both.
  @Test func contextsComeBack() throws {
    var books = Books()
    (books.read, books.folded, books.rejected[3]) = (300, 299, 1)
    let lines =
      #"{"type":"session_meta","payload":{"id":"s-1"}}"# + "\n"
      + #"{"type":"turn_context","payload":{"model":"m"}}"#
    var parser = RecordParser(RecordLayout(.codex))
    var context = FileContext()
    var parsed = ParsedRecords()
    _ = Array(lines.utf8).withUnsafeBytes {
      parser.parse($0, isFinal: true, context: &context, into: &parsed)
    }
    #expect(!context.isEmpty)
    let old = BooksCodec.encode(books)
    #expect(old[0] == 1 && BooksCodec.decodeBook(old)?.context.isEmpty == true)
    let bytes = BooksCodec.encode(books, context: context)
    #expect(bytes[0] == 2)
    let both = try #require(BooksCodec.decodeBook(bytes))
    #expect(both.books == books && both.context == context && BooksCodec.decode(bytes) == books)
    // Of a later version: the books are what counts.
    let later = BooksCodec.encode(books, context: context).dropLast() + [0, 0]
    #expect(
      BooksCodec.decodeBook(later)?.books == books && BooksCodec.decodeBook(later)?.context.isEmpty == true)
    for length in 0..<(bytes.count - context.packed.count) {
      #expect(BooksCodec.decodeBook(bytes[..<length]) == nil)
    }
  }

  @Test func junkIsNoBooks() {
    var random = Dice(seed: 9)
    for _ in 0..<2_000 { _ = BooksCodec.decode(random.bytes(0...40)) }
    #expect(BooksCodec.decode([]) == nil)
    #expect(BooksCodec.decode([2, 0]) == nil)
    #expect(BooksCodec.decode([1, 1] + [UInt8](repeating: 0xFF, count: 12)) == nil)
  }
}
