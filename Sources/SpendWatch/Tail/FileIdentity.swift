import SpendEngine

/// Which file it is, whatever its name: a renamed file keeps it, a file that reuses the inode has another birth.
package struct FileIdentity: Hashable, Sendable {
  /// Major number in the upper half, minor in the lower.
  package var device: UInt64
  package var inode: UInt64
  /// 0 and 0 where the file system keeps no birth time: then only the markers tell a reused inode.
  package var birthSeconds: Int64
  package var birthNanoseconds: UInt32

  package init(device: UInt64, inode: UInt64, birthSeconds: Int64, birthNanoseconds: UInt32) {
    self.device = device
    self.inode = inode
    self.birthSeconds = birthSeconds
    self.birthNanoseconds = birthNanoseconds
  }

  /// Without the device, whose number may change with a remount: then the markers must agree too. nil where there is no birth time.
  var birth: FileIdentity? {
    guard birthSeconds != 0 || birthNanoseconds != 0 else { return nil }
    var birth = self
    birth.device = 0
    return birth
  }
}

/// What one look at a file told.
struct FileFacts: Hashable {
  enum Kind { case regular, directory, link, other }

  var identity: FileIdentity
  var kind: Kind
  /// Bytes.
  var size: Int64
  /// Nanoseconds since the epoch.
  var modified: Int64
  /// Nanoseconds since the epoch, of the inode.
  var changed: Int64
  /// Names it has; 0 = deleted.
  var links: UInt32
}

/// Hashes of what was read of a file, to know it again and to notice that it was rewritten.
package struct Marker: Hashable, Sendable {
  /// Bytes hashed; 0 = nothing, which matches anything.
  package var length: UInt32
  package var low: UInt64
  package var high: UInt64

  package init(length: UInt32, low: UInt64, high: UInt64) {
    self.length = length
    self.low = low
    self.high = high
  }

  package static let empty = Marker(length: 0, low: 0, high: 0)
}

/// The secret of a state's markers: a log writer must not be able to make two contents look alike.
package struct MarkerKey: Sendable {
  package var low: UInt64
  package var high: UInt64
  package init(_ low: UInt64, _ high: UInt64) {
    self.low = low
    self.high = high
  }

  func marker(_ bytes: UnsafeRawBufferPointer) -> Marker {
    guard !bytes.isEmpty else { return .empty }
    // Two hashes, since contents are believed to be equal where their markers are.
    let hash = SipHash(key: (low, high))
    return Marker(
      length: UInt32(clamping: bytes.count), low: hash(bytes, salt: 1), high: hash(bytes, salt: 2))
  }
}

extension Marker {
  /// Of the head and of the ordinary tail, in bytes.
  static let ordinary = 4096
  /// A tail covers the last record whole, up to this many bytes.
  static let longest = 65_536

  /// A file is known by its first so many bytes, at each length that it has: a copy may be shorter than its original is by now.
  static let headLengths = [4, 64, 512, ordinary]

  /// How much before `offset` the tail marker covers.
  /// - Parameter lastRecord: length of the record that ends at `offset`, in bytes.
  static func tailLength(_ offset: Int64, lastRecord: Int) -> Int {
    Int(min(Int64(min(longest, max(ordinary, lastRecord))), max(0, offset)))
  }
}
