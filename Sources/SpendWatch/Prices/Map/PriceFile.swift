internal import Foundation
internal import Glibc
package import SpendEngine

/// A price map on disk.
package struct PriceFile: Sendable {
  package var path: String
  /// As it was read: what is checked is what is written elsewhere.
  package private(set) var bytes: [UInt8]
  package private(set) var map: PriceMap
  /// When it was last changed.
  package private(set) var modified: EngineTime

  /// Reads and checks a file.
  package init(_ path: String) throws(PriceMap.Failure) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw PriceMap.Failure("it is a directory", hint: "name the price map in it")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw PriceMap.Failure("it is not a file") }
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try WholeFile.read(descriptor, upTo: PriceMap.maxSize) } catch {
      throw Self.unreadable(error.code)
    }
    guard bytes.count <= PriceMap.maxSize else {
      throw PriceMap.Failure("it is larger than \(PriceMap.maxSize >> 20) MB", hint: "is this the price map?")
    }
    self.path = path
    self.bytes = bytes
    map = try PriceMap(bytes)
    let seconds = Int64(status.st_mtim.tv_sec).multipliedSaturating(by: 1_000)
    modified = EngineTime(milliseconds: seconds.addingSaturating(Int64(status.st_mtim.tv_nsec) / 1_000_000))
  }

  /// With the file and the day it was last changed as its origin.
  package var table: PriceTable {
    let day = Date(modified).formatted(Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day())
    return map.table(origin: "\(path) of \(day)")
  }

  private static func unreadable(_ code: Int32) -> PriceMap.Failure {
    PriceMap.Failure(
      "it cannot be read: \(SystemError.text(code))",
      hint: code == ENOENT ? "'spendfuse prices update FILE' puts one there" : "")
  }

  // MARK: Writing

  /// Puts the file in the place of `target`, whole or not at all: readable by all, safe on disk before it has the name. A link is
  /// followed to what it names.
  package func install(at target: String) throws(SystemError) {
    let target =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: target)) == nil ? target : Self.real(target)
    let directory = target.lastIndex(of: "/").map { String(target[...$0]) } ?? "./"
    let name = target.split(separator: "/").last.map(String.init) ?? target
    let temporary = "\(directory).\(name).\(getpid()).tmp"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", errno) }
    do throws(SystemError) {
      defer { close(descriptor) }
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.write(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent)
        }
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { throw SystemError("write", count < 0 ? errno : EIO) }
        sent += count
      }
      // Readable whatever the umask: the daemon runs as a user of its own.
      guard fchmod(descriptor, 0o644) == 0 else { throw SystemError("chmod", errno) }
      guard fsync(descriptor) == 0 else { throw SystemError("fsync", errno) }
      guard rename(temporary, target) == 0 else { throw SystemError("rename", errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    let parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    fsync(parent)
    close(parent)
  }

  private static func real(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
