import Glibc

/// Reads what is open from where it stands to its end.
enum WholeFile {
  /// - Parameter limit: bytes; one more is read, so that a file that is too large is seen to be.
  static func read(_ descriptor: Int32, upTo limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit + 1, 64 << 10))
    while bytes.count <= limit {
      let got = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if got < 0 {
        if errno == EINTR { continue }
        throw SystemError("read", errno)
      }
      if got == 0 { break }
      bytes += buffer[..<got]
    }
    return bytes
  }
}
