internal import Glibc

/// Lines of a file or of standard input, as they come: of a pipe whatever is there, so that `tail -f` shows at once.
final class CSVLines {
  private let descriptor: Int32
  private let path: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// Called before it waits for more.
  private let willWait: () -> Void

  /// A row is two short fields; a longer line is none.
  static let longest = 1 << 20

  /// - Parameter path: `-` is standard input.
  init(_ path: String, willWait: @escaping () -> Void) throws(Diagnostic) {
    self.path = path
    self.willWait = willWait
    descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
      let code = errno
      let near = code == ENOENT ? NearFile.path(to: path).map { "did you mean \($0)?" } : nil
      throw Diagnostic(file: path, message: SystemError.text(code).lowercased(), hint: near ?? "")
    }
  }

  deinit { close(descriptor) }

  /// Without its line end; nil at the end.
  func next() throws(Diagnostic) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return line(upTo: end)
      }
      searched = buffer.count
      if isAtEnd {
        defer { start = buffer.count }
        return start < buffer.count ? line(upTo: buffer.count) : nil
      }
      if buffer.count - start > CSVLines.longest {
        throw Diagnostic(file: path, message: "a line is over 1 MiB long", hint: "is it a CSV file?")
      }
      searched -= start
      try fill()
    }
  }

  private func line(upTo end: Int) -> ArraySlice<UInt8> {
    let line = buffer[start..<end]
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }

  private func fill() throws(Diagnostic) {
    buffer.removeFirst(start)
    start = 0
    willWait()
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    var count = 0
    repeat { count = read(descriptor, &piece, piece.count) } while count < 0 && errno == EINTR
    if count < 0 {
      let code = errno
      throw Diagnostic(
        file: path, message: SystemError.text(code).lowercased(),
        hint: code == EISDIR ? "name the file in it" : "")
    }
    isAtEnd = count == 0
    buffer += piece[..<count]
  }
}
