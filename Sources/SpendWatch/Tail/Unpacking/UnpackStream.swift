import CUnpack
import Glibc

/// The content of a compressed file, from its beginning to its end: all members, with the zeros between them passed over.
final class UnpackStream {
  enum Piece {
    /// So many were put in place; above 0.
    case bytes(Int)
    case ended(PackedFile.Ending)
    /// An `errno`.
    case failed(Int32)
  }

  /// The compressed file, open; closed by who opened it.
  var descriptor: Int32
  let packing: Packing
  /// Read of the compressed file, in bytes.
  private(set) var taken: Int64 = 0

  private let stream: OpaquePointer
  private var input = [UInt8](repeating: 0, count: UnpackStream.pieceSize)
  // What is read and not unpacked: `input[start..<end]`.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var isBetween = false
  private var ending: PackedFile.Ending?

  static let pieceSize = 256 << 10

  /// nil: `errno` is ENOENT where the library is not there, or too old, ENOMEM where there is no memory.
  init?(_ descriptor: Int32, _ packing: Packing) {
    guard let stream = unpack_open(Int32(packing.rawValue)) else { return nil }
    (self.descriptor, self.packing, self.stream) = (descriptor, packing, stream)
  }

  deinit { unpack_close(stream) }

  /// The next piece of content. After the end, or a failure: that again.
  func read(into output: UnsafeMutableRawBufferPointer) -> Piece {
    while ending == nil {
      if end - start < Packing.magicLength, !isAtEnd, let code = fill() { return .failed(code) }
      if isBetween {
        // Zeros may stand between members, and what is none is passed over, as gzip does.
        while start < end, input[start] == 0 { start += 1 }
        if end - start < Packing.magicLength, !isAtEnd { continue }
        guard start < end, Packing.look(input[start..<end]) == .packed(packing) else {
          ending = .whole
          break
        }
        if unpack_again(stream) != 0 { return .failed(ENOMEM) }
        isBetween = false
      }
      var (used, count) = (0, 0)
      let step = input.withUnsafeBufferPointer { from in
        unpack_step(
          stream, from.baseAddress?.advanced(by: start), end - start, &used,
          output.baseAddress?.assumingMemoryBound(to: UInt8.self), output.count, &count)
      }
      start += used
      switch Int(step) {
      case unpack_end: isBetween = true
      case unpack_more where used > 0 || count > 0: break
      case unpack_more where start == end && isAtEnd: ending = .cut
      // Bytes that it neither takes nor turns into anything.
      case unpack_more: if start < end, !fillMore() { ending = .damaged }
      case unpack_memory: return .failed(ENOMEM)
      default: ending = .damaged
      }
      if count > 0 { return .bytes(count) }
    }
    return .ended(ending ?? .whole)
  }

  /// - Returns: whether there was more to read, or there is room for it.
  private func fillMore() -> Bool {
    let before = end - start
    return !isAtEnd && fill() == nil && end - start > before
  }

  private func fill() -> Int32? {
    input.withUnsafeMutableBytes { bytes in
      if let base = bytes.baseAddress { memmove(base, base + start, end - start) }
    }
    (start, end) = (0, end - start)
    let (from, place, descriptor) = (end, taken, descriptor)
    let read = input.withUnsafeMutableBytes { bytes in
      readFile(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[from...]), at: place)
    }
    switch read {
    case .failure(let error): return error.code
    case .success(let count):
      isAtEnd = count < input.count - end
      end += count
      taken += Int64(count)
      return nil
    }
  }
}
