import Glibc

/// A writer that keeps its file open, as a logger does.
package final class Writer {
  package let descriptor: Int32
  package init(_ path: String) {
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    precondition(descriptor >= 0, "\(path) cannot be written: errno \(errno)")
  }
  deinit { close(descriptor) }

  package func write(_ text: String) { write(Array(text.utf8)) }
  package func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      precondition(count > 0, "a log cannot be written: errno \(errno)")
      rest = rest.dropFirst(count)
    }
  }

  package func truncate() { precondition(ftruncate(descriptor, 0) == 0) }

  /// Which file it is, also once it has another name or none.
  package var inode: UInt64 {
    var facts = stat()
    return fstat(descriptor, &facts) == 0 ? UInt64(facts.st_ino) : 0
  }
}

/// As `cp` does: in pieces, so that a reader may see it in the making.
package func copyLog(_ from: String, to target: String) {
  let source = open(from, O_RDONLY | O_CLOEXEC)
  precondition(source >= 0, "\(from) cannot be read: errno \(errno)")
  defer { close(source) }
  let writer = Writer(target)
  var buffer = [UInt8](repeating: 0, count: 64 << 10)
  while case let count = read(source, &buffer, buffer.count), count > 0 {
    writer.write(Array(buffer[..<count]))
  }
}
