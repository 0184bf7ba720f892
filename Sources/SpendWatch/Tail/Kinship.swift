/// How a file that is new to us stands to one that we know: the rules of copies, without a system call.
enum Kinship: Hashable {
  /// Its own content: read from the beginning.
  case none
  /// A copy, whole or in the making, of what the original still holds: not read.
  case copy
  /// Began as a copy and went its own way: read from the last record boundary that both share.
  case fork
  /// Takes the place of an original that is gone: read from where that one had been read to. Bytes.
  case successor(from: Int64)

  /// - Parameters:
  ///   - size: of the new file, in bytes.
  ///   - base: how far the original had been read when the new file was first seen, in bytes; above 0.
  ///   - originalSize: in bytes; the original can still be read.
  ///   - sharesBase: both have the same bytes before `base` (as far as a look at head and tail tells); asked only where `size >= base`.
  ///   - sharesEnd: the new file's last bytes are at the same place in the original; asked only where that is long enough.
  static func toReadable(
    size: Int64, base: Int64, originalSize: Int64, sharesBase: () -> Bool, sharesEnd: () -> Bool
  ) -> Kinship {
    guard size >= base else {
      // Shorter than what was read. Equal so far: a copy in the making, or a log that begins like every other.
      return size <= originalSize && sharesEnd() ? .copy : .none
    }
    guard sharesBase() else { return .none }
    return size <= originalSize && sharesEnd() ? .copy : .fork
  }

  /// The original is gone, or was rewritten: only what is remembered of it can be compared.
  static func toGone(size: Int64, offset: Int64, sharesMarkers: () -> Bool) -> Kinship {
    size >= offset && sharesMarkers() ? .successor(from: offset) : .none
  }

  /// Of several verdicts, the one that counts least twice: a copy is not read at all; else the latest start wins.
  static func isBetter(_ new: (Kinship, base: Int64), than old: (Kinship, base: Int64)?) -> Bool {
    func rank(_ verdict: (Kinship, base: Int64)) -> (Int, Int64) {
      switch verdict.0 {
      case .none: (0, 0)
      case .fork, .successor: (1, verdict.base)
      case .copy: (2, verdict.base)
      }
    }
    guard let old else { return rank(new).0 > 0 }
    return rank(new) > rank(old)
  }
}
