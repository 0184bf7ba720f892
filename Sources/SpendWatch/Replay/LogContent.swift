import Glibc

/// The bytes of a log from its beginning on, unpacked where it is compressed: to compare it with others.
package final class LogContent {
  private let descriptor: Int32
  private let packed: UnpackStream?
  private var offset: Int64 = 0
  private var piece = [UInt8](repeating: 0, count: UnpackStream.pieceSize)
  // Of `piece`, what was not handed out.
  private var rest = 0..<0

  /// nil where it cannot be read.
  convenience init?(_ log: LogPath) {
    guard case .success(let descriptor) = openFile(RawPath(log.path)) else { return nil }
    self.init(descriptor)
  }

  /// - Parameter descriptor: of a regular file; closed with this, or at once where it is nil.
  package init?(_ descriptor: Int32) {
    self.descriptor = descriptor
    switch Packing.look(at: descriptor) {
    case .packed(let packing):
      packed = UnpackStream(descriptor, packing)
      if packed == nil { return nil }
    case .plain: packed = nil
    case .refused:
      // Only what is whole is torn down, and so closed.
      packed = nil
      return nil
    }
  }

  deinit { close(descriptor) }

  package var isPacked: Bool { packed != nil }

  /// The next `count` bytes, or as many as there are before the end, or before it is damaged; nil where they cannot be read.
  package func next(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      if rest.isEmpty {
        guard let made = fill() else { return nil }
        if made == 0 { break }
        rest = 0..<made
      }
      let some = rest.prefix(count - bytes.count)
      bytes += piece[some.lowerBound..<some.upperBound]
      rest = some.upperBound..<rest.upperBound
    }
    return bytes
  }

  /// Bytes up to the end, passed over.
  func count() -> Int64? {
    var all: Int64 = Int64(rest.count)
    rest = 0..<0
    while let made = fill() {
      if made == 0 { return all }
      all += Int64(made)
    }
    return nil
  }

  private func fill() -> Int? {
    let (descriptor, offset, packed) = (descriptor, offset, packed)
    let made: Int? = piece.withUnsafeMutableBytes { bytes in
      guard let packed else {
        guard case .success(let count) = readFile(descriptor, bytes, at: offset) else { return nil }
        return count
      }
      switch packed.read(into: bytes) {
      case .bytes(let count): return count
      case .ended: return 0
      case .failed: return nil
      }
    }
    self.offset += Int64(made ?? 0)
    return made
  }
}
