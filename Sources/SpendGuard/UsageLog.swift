import Foundation
import Glibc
import Synchronization

/// A log that could not be written, or read, and why.
public struct LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public var description: String { "\(path): \(reason)" }
}

/// A file in our own format. Threads and processes may share it: each call is one write to its end.
///
/// The file is opened for every call, so that it may be renamed or removed at any time. Missing directories are made (mode 0750), the file
/// has mode 0640; the process's umask takes away from both.
public final class UsageLog: Sendable {
  public let path: String
  /// A write stopped in the middle of a line: the next one starts with a newline, so that only the torn one is lost.
  private let isTorn = Mutex(false)

  public init(_ path: String) { self.path = path }

  /// Appends a line.
  public func append(_ call: Call) throws(LogFailure) {
    let line: [UInt8]
    do { line = [UInt8](try call.line) + [UInt8(ascii: "\n")] } catch { throw failed("\(error)") }
    let descriptor = try open()
    defer { close(descriptor) }
    let result: Result<Void, LogFailure> = isTorn.withLock { isTorn in
      let bytes = isTorn ? [UInt8(ascii: "\n")] + line : line
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          write(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent)
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          let number = errno
          isTorn = sent > 0 || isTorn
          return .failure(failed("cannot write: \(Self.text(number))"))
        }
        sent += count
      }
      isTorn = false
      return .success(())
    }
    try result.get()
  }

  private func open() throws(LogFailure) -> Int32 {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC
    var descriptor = Glibc.open(path, flags, 0o640)
    if descriptor < 0, errno == ENOENT {
      makeDirectories()
      descriptor = Glibc.open(path, flags, 0o640)
    }
    guard descriptor >= 0 else { throw failed("cannot open: \(Self.text(errno))") }
    return descriptor
  }

  /// What cannot be made shows when the file is opened.
  private func makeDirectories() {
    var partial = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/").dropLast() {
      partial += "/\(part)"
      mkdir(partial, 0o750)
    }
  }

  private func failed(_ reason: String) -> LogFailure { LogFailure(path: path, reason: reason) }

  static func text(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}
