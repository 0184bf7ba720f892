public import Foundation
import Glibc
import SpendEngine
import Synchronization

/// A call that must not be made: everything, its key or its task is halted.
public struct Halted: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Scope: String, Hashable, Sendable { case global, key, task }

  public var scope: Scope
  /// The key or task; empty for `global`.
  public var name: String
  /// What the halt says of itself; empty where it says nothing.
  public var why: String
  /// When it ends; nil = it does not say.
  public var until: Date?

  public var description: String {
    let whom = scope == .global ? "all calls are halted" : "\(scope.rawValue) \(name) is halted"
    let end = until.map { " until \($0.engineTime.rfc3339)" } ?? ""
    return whom + end + (why.isEmpty ? "" : ": \(why)")
  }
}

/// The halts that spendfuse keeps in a directory (`kill_switch: - directory: {path: /run/spendfuse/halts}`), for a look before each call.
///
/// A look takes some microseconds and no network: three files are opened that are mostly not there. A file that is there halts, whatever
/// is in it, unless it says `until` and that is over.
public final class HaltDirectory: Sendable {
  /// What becomes of calls while the directory cannot be read, or is not there.
  public enum Failing: Hashable, Sendable {
    /// They go through, and `log` is told once.
    case open
    /// They are halted.
    case closed
  }

  public let path: String
  public let failing: Failing
  private let log: @Sendable (String) -> Void
  /// What was logged last: a problem is told when it comes, not with every call.
  private let told = Mutex<String?>(nil)
  /// More is not a file of spendfuse, and halts.
  private static let largest = 64 * 1024

  /// - Parameter log: takes a line; standard error if left out.
  public init(
    _ path: String, failing: Failing = .open,
    log: @escaping @Sendable (String) -> Void = { line in
      FileHandle.standardError.write(Data("spendguard: \(line)\n".utf8))
    }
  ) {
    self.path = path
    self.failing = failing
    self.log = log
  }

  /// Throws if a call of `key` and `task` must not be made. A key is found by its id and by its alias.
  public func check(key: String? = nil, task: String? = nil, now: Date = Date()) throws(Halted) {
    if let halt = halt(key: key, task: task, now: now) { throw halt }
  }

  /// The halt that stops a call, the widest first; nil = it may be made.
  public func halt(key: String? = nil, task: String? = nil, now: Date = Date()) -> Halted? {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return problem("cannot open \(path): \(UsageLog.text(errno))") }
    defer { close(directory) }
    var trouble: String?
    for (scope, name) in [(Halted.Scope.global, ""), (.key, key ?? ""), (.task, task ?? "")] {
      guard scope == .global || !name.isEmpty else { continue }
      let place = place(scope, name)
      switch read(place.fileName, directory) {
      case .absent: continue
      case .unknown(let reason): trouble = trouble ?? "cannot look for \(path)/\(place.fileName): \(reason)"
      case .present(let bytes):
        let content = Content(bytes)
        if let end = content.end, end <= now.engineTime { continue }
        told.withLock { $0 = nil }
        return Halted(scope: scope, name: name, why: content.why, until: content.end.map(\.date))
      }
    }
    if let trouble { return problem(trouble) }
    told.withLock { $0 = nil }
    return nil
  }

  /// Names longer than a log's reader keeps are cut as it cuts them.
  private func place(_ scope: Halted.Scope, _ name: String) -> SwitchName {
    switch scope {
    case .global: .global
    case .key: SwitchName(kind: .key, encoded: SwitchName.encode(LoggedName.kept(name)))
    case .task: SwitchName(kind: .task, encoded: SwitchName.encode(LoggedName.kept(name)))
    }
  }

  private func problem(_ text: String) -> Halted? {
    let isNew = told.withLock { told in
      defer { told = text }
      return told != text
    }
    let isClosed = failing == .closed
    if isNew { log("\(text); calls \(isClosed ? "are halted" : "go through unchecked")") }
    return isClosed ? Halted(scope: .global, name: "", why: text, until: nil) : nil
  }

  private enum Reading {
    case absent
    case present([UInt8])
    case unknown(String)
  }

  private func read(_ file: String, _ directory: Int32) -> Reading {
    // Not through a link, and without waiting at a pipe: whatever is there halts.
    let descriptor = openat(directory, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let number = errno
      if number == ENOENT { return .absent }
      var status = stat()
      if fstatat(directory, file, &status, AT_SYMLINK_NOFOLLOW) == 0 { return .present([]) }
      return errno == ENOENT ? .absent : .unknown(UsageLog.text(number))
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.largest + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { break }
      count += got
    }
    return .present(count > Self.largest ? [] : Array(bytes.prefix(count)))
  }

  /// What of a halt file is of interest here.
  private struct Content {
    var end: EngineTime?
    var why = ""

    init(_ bytes: [UInt8]) {
      // One by one: a `why` of another kind must not hide the end.
      struct End: Decodable { var until: String? }
      struct Reason: Decodable { var why: String? }
      let json = Data(bytes)
      end = (try? JSONDecoder().decode(End.self, from: json))?.until.flatMap(EngineTime.init(rfc3339:))
      why = (try? JSONDecoder().decode(Reason.self, from: json))?.why ?? ""
    }
  }
}

extension EngineTime {
  fileprivate var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
