import CUnpack

/// How a file is compressed: told by its first bytes, whatever its name says.
package enum Packing: UInt8, Sendable, Hashable {
  case gzip = 1
  case zstd = 2
  case xz = 3

  /// Bytes that must be there to tell.
  static let magicLength = 6

  /// What a file begins with.
  enum Look: Hashable {
    case plain
    case packed(Packing)
    /// Of a kind that is not read.
    case refused
  }

  static func look(_ bytes: some Collection<UInt8>) -> Look {
    let head = Array(bytes.prefix(magicLength))
    let packings: [(Packing, [UInt8])] = [
      (.gzip, [0x1f, 0x8b]), (.zstd, [0x28, 0xb5, 0x2f, 0xfd]), (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    ]
    for (packing, magic) in packings where head.starts(with: magic) { return .packed(packing) }
    // A frame that zstd passes over, as pzstd writes first.
    if head.count >= 4, head[0] & 0xf0 == 0x50, head[1...3].elementsEqual([0x2a, 0x4d, 0x18]) {
      return .packed(.zstd)
    }
    // bzip2, lz4, compress, zip.
    let refused: [[UInt8]] = [
      Array("BZh".utf8), [0x04, 0x22, 0x4d, 0x18], [0x1f, 0x9d], [0x50, 0x4b, 3, 4],
    ]
    return refused.contains { head.starts(with: $0) } ? .refused : .plain
  }

  /// Of an open file; one that cannot be read is taken for plain: reading it tells why.
  static func look(at descriptor: Int32) -> Look {
    withUnsafeTemporaryAllocation(byteCount: magicLength, alignment: 1) { bytes in
      guard case .success(let count) = readFile(descriptor, bytes, at: 0) else { return .plain }
      return look(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  /// The library that reads it, for people.
  package var library: String { String(cString: unpack_library(Int32(rawValue))) }
}

/// A compressed file at one moment: while these are the same, it need not be unpacked again.
package struct PackedStamp: Sendable, Hashable {
  /// Bytes, compressed.
  package var size: Int64
  /// Nanoseconds since the epoch.
  package var modified: Int64

  package init(size: Int64, modified: Int64) {
    self.size = size
    self.modified = modified
  }
  init(_ facts: FileFacts) { self.init(size: facts.size, modified: facts.modified) }
}

/// Of a compressed file, what its row keeps beside the place in its content.
package struct PackedFile: Sendable, Hashable {
  package enum Ending: UInt8, Sendable, Hashable {
    case whole = 0
    /// It ends in the middle: what could be unpacked counts.
    case cut = 1
    /// Its sums do not agree, or it is no such stream from some byte on: what was unpacked before counts.
    case damaged = 2
    /// Unpacked it would be larger than is believed of a log: not read.
    case tooLarge = 3
  }

  /// The file as it was when all of it was done with; nil = it is still to be unpacked, or to be read to its end.
  package var done: PackedStamp?
  package var ending = Ending.whole
  /// The log that this is a rotated copy of, where that was found.
  package var kin: UInt32 = 0

  package init(done: PackedStamp? = nil, ending: Ending = .whole, kin: UInt32 = 0) {
    self.done = done
    self.ending = ending
    self.kin = kin
  }
}
