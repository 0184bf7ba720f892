/// Growing bytes whose address is known, for text that has to be unescaped. Holds on to its memory up to `keep` bytes.
struct ByteBuffer: ~Copyable {
  private static let keep = 1 << 16
  private(set) var start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int

  init() {
    capacity = 4096
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  /// Makes room for `more` bytes after `count`. Moves what is there: take no pointer over this.
  mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    let larger = max(count + more, 2 * capacity)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity = larger
  }

  /// Unescapes a JSON string's raw bytes to the end. The result is never longer than the source.
  mutating func appendUnescaped(_ source: UnsafePointer<UInt8>, count length: Int) {
    reserve(length)
    count += Escapes.decode(source, count: length, into: start + count)
  }

  mutating func removeAll() {
    count = 0
    guard capacity > ByteBuffer.keep else { return }
    start.deallocate()
    capacity = 4096
    start = .allocate(capacity: capacity)
  }
}
