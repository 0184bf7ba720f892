import Glibc

/// The one buffer through which every file is read. Grows for a long record, and shrinks again after it.
struct ReadBuffer: ~Copyable {
  private(set) var bytes: UnsafeMutableRawBufferPointer

  init(capacity: Int) { bytes = .allocate(byteCount: max(1, capacity), alignment: 64) }
  deinit { bytes.deallocate() }

  /// Makes room for `count` bytes and keeps the first `kept`.
  mutating func reserve(_ count: Int, keeping kept: Int = 0) {
    guard count > bytes.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<min(kept, bytes.count)]))
    bytes.deallocate()
    bytes = larger
  }

  /// Gives back what a long record took.
  mutating func shrink(to count: Int) {
    guard bytes.count > count else { return }
    bytes.deallocate()
    bytes = .allocate(byteCount: max(1, count), alignment: 64)
  }

  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }
}

extension UnsafeRawBufferPointer {
  /// Where the first `\n` is.
  var firstNewline: Int? {
    guard let base = baseAddress, let hit = memchr(base, 10, count) else { return nil }
    return UnsafeRawPointer(hit) - base
  }

  /// Bytes up to and with the last one that is not NUL.
  var lengthWithoutZeros: Int {
    var end = count
    while end >= 8, loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
    while end > 0, self[end - 1] == 0 { end -= 1 }
    return end
  }

  /// Where the first byte is that is not NUL.
  var firstNonZero: Int? {
    var index = 0
    while index + 8 <= count, loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0 { index += 8 }
    while index < count, self[index] == 0 { index += 1 }
    return index < count ? index : nil
  }

  /// Where the last `\n` is.
  var lastNewline: Int? {
    var index = count
    while index > 0 {
      index -= 1
      if self[index] == 10 { return index }
    }
    return nil
  }
}
