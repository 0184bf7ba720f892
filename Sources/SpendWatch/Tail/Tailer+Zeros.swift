import SpendEngine

// Runs of NUL between records: holes that `truncate` made, or a writer that went on at its old place after the file was cut. Separators all
// of them, but a hole may be larger than anybody can read.

extension Tailer {
  /// Zeros that were written, not left out, are read to their end only so far. Bytes.
  private static let longestRun: Int64 = 16 << 20

  /// Goes on where something follows the zeros that begin at the offset.
  /// - Parameter size: of the file, in bytes.
  /// - Returns: false where nothing does, yet.
  mutating func passZeros(_ slot: Int, _ descriptor: Int32, _ size: Int64, isFinal: Bool) -> Bool {
    let start = generations[slot].row.offset
    guard let end = endOfZeros(descriptor, from: start, to: size) ?? (isFinal ? size : nil) else {
      generations[slot].offered = 0
      generations[slot].blank = max(0, size - start)
      return false
    }
    place(slot, at: end, descriptor)
    return true
  }

  /// Where the first byte is that is not NUL, or so many zeros that what follows them does not matter; nil = there is none.
  private mutating func endOfZeros(_ descriptor: Int32, from start: Int64, to size: Int64) -> Int64? {
    var place = start
    var left = Tailer.longestRun
    buffer.reserve(Marker.longest)
    while place < size {
      guard left > 0 else { return place }
      guard let written = nextWritten(descriptor, from: place), written < size,
        case .success(let count) = readFile(descriptor, part(Marker.longest), at: written), count > 0
      else { return nil }
      if let index = buffer[0..<count].firstNonZero { return written + Int64(index) }
      place = written + Int64(count)
      left -= Int64(count)
    }
    return nil
  }
}
