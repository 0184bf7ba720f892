import CTransport
import Glibc
import SpendEngine

/// Halts as files: `global.halt`, `key-<id>.halt`, `task-<id>.halt`, each with its reason as JSON. A file that is there halts, whatever is
/// in it, unless it says `until` and that is over. Written beside and renamed, so that nobody reads half of one.
final class DirectoryPlace {
  let label: String
  private let path: String
  /// What is read of a file; more is not one of ours.
  private static let largest = 64 * 1024

  init(_ settings: DirectorySwitch) {
    path = settings.path
    label = "directory \(settings.path.printable)"
  }

  /// By the directory itself where it is there: links may lead to it by many names.
  var identity: [String] {
    var status = stat()
    guard stat(path, &status) == 0 else { return ["directory", path] }
    return ["directory", "\(status.st_dev)", "\(status.st_ino)"]
  }

  static func fileName(_ name: SwitchName) -> String { name.fileName }

  /// nil for files that are not halts.
  static func name(file: String) -> SwitchName? {
    if file == "global.halt" { return .global }
    guard file.hasSuffix(".halt") else { return nil }
    let stem = file.dropLast(".halt".count)
    for kind in [HaltTarget.key, .task] where stem.hasPrefix("\(kind.rawValue)-") {
      return SwitchName(kind: kind, encoded: String(stem.dropFirst(kind.rawValue.count + 1)))
    }
    return nil
  }

  func read(_ names: [SwitchName], now: EngineTime) throws(SwitchFailure) -> [SwitchReading] {
    guard !names.isEmpty else { return [] }
    return try inDirectory { (directory) throws(SwitchFailure) in
      try names.map { (name) throws(SwitchFailure) in try self.read(Self.fileName(name), directory, now) }
    }
  }

  private func read(_ file: String, _ directory: Int32, _ now: EngineTime) throws(SwitchFailure)
    -> SwitchReading
  {
    // Not through a link, and without waiting at a pipe: whatever is there halts, but only a file has a reason.
    let descriptor = openat(directory, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: return .absent
      case ELOOP, ENXIO, EACCES: return SwitchReading(isHalted: true, reason: nil, end: .never)
      default: throw failure("read \(file)")
      }
    }
    defer { close(descriptor) }
    // One that cannot be read halts all the same.
    let bytes = (try? WholeFile.read(descriptor, upTo: Self.largest)) ?? []
    guard bytes.count <= Self.largest, bytes.last == UInt8(ascii: "\n") else {
      return SwitchReading(isHalted: true, reason: Array(bytes.prefix(Self.largest)), end: .never)
    }
    let json = Array(bytes.dropLast())
    guard let end = HaltReason(json: json)?.end else {
      return SwitchReading(isHalted: true, reason: json, end: .never)
    }
    return SwitchReading(isHalted: end > now, reason: json, end: .at(end))
  }

  /// Up to this many files are synced one by one; more wait for one sync of the whole file system, or other switches would wait for
  /// thousands.
  private static let few = 16

  func write(_ marks: [(name: SwitchName, text: WrittenReason)]) throws(SwitchFailure) {
    guard !marks.isEmpty else { return }
    try inDirectory { (directory) throws(SwitchFailure) in
      var drafts: [String] = []
      var problem: SwitchFailure?
      do throws(SwitchFailure) {
        for (name, text) in marks {
          let file = Self.fileName(name)
          try self.draft(
            file, text.json + [UInt8(ascii: "\n")], directory, isSynced: marks.count <= Self.few)
          drafts.append(file)
        }
        if marks.count > Self.few, file_sync_system(directory) != 0 { throw self.failure("sync it") }
      } catch { problem = error }
      // What could be written halts, whatever became of the rest.
      for file in drafts where renameat(directory, Self.temporary(file), directory, file) != 0 {
        problem = problem ?? self.failure("write \(file)")
        unlinkat(directory, Self.temporary(file), 0)
      }
      if let problem { throw problem }
    }
  }

  /// One name a process: a leftover of a killed one is written over by nobody else, and removed by `discover`.
  private static func temporary(_ file: String) -> String { ".\(file).\(getpid()).tmp" }

  /// Writes a file beside the one that it will be. On a disk, an unsynced rename can leave an empty file after a power cut.
  private func draft(_ file: String, _ bytes: [UInt8], _ directory: Int32, isSynced: Bool)
    throws(SwitchFailure)
  {
    let temporary = Self.temporary(file)
    unlinkat(directory, temporary, 0)
    let descriptor = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("write \(file)") }
    var problem: SwitchFailure?
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent)
      }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        problem = failure("write \(file)")
        break
      }
      sent += count
    }
    // Guards run as anybody: readable whatever the umask.
    if problem == nil, fchmod(descriptor, 0o644) != 0 { problem = failure("write \(file)") }
    // A disk that cannot be synced does not hold back a halt: what is in memory stops guards.
    if problem == nil, isSynced { _ = fdatasync(descriptor) }
    close(descriptor)
    if let problem {
      unlinkat(directory, temporary, 0)
      throw problem
    }
  }

  func remove(_ name: SwitchName) throws(SwitchFailure) {
    try inDirectory { (directory) throws(SwitchFailure) in
      let file = Self.fileName(name)
      if unlinkat(directory, file, 0) != 0, errno != ENOENT { throw self.failure("remove \(file)") }
    }
  }

  /// Every halt file; removes leftovers of writers that were killed.
  func discover(now: EngineTime) throws(SwitchFailure) -> [SwitchName] {
    try inDirectory { (directory) throws(SwitchFailure) in
      let descriptor = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0, let stream = fdopendir(descriptor) else {
        if descriptor >= 0 { close(descriptor) }
        throw self.failure("list it")
      }
      defer { closedir(stream) }
      var names: [SwitchName] = []
      while let entry = readdir(stream) {
        let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
        }
        guard let file else { continue }
        if let name = Self.name(file: file) {
          names.append(name)
        } else if file.hasPrefix("."), file.hasSuffix(".tmp"), file.contains(".halt.") {
          self.removeLeftover(file, directory)
        }
      }
      return names
    }
  }

  /// A minute old: another process may be writing a younger one.
  private func removeLeftover(_ file: String, _ directory: Int32) {
    var status = stat()
    if fstatat(directory, file, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mtim.tv_sec + 60 < time(nil) {
      unlinkat(directory, file, 0)
    }
  }

  /// Opened anew each time, and made where it is missing: a removed directory heals like a removed file.
  private func inDirectory<Value>(_ body: (Int32) throws(SwitchFailure) -> Value) throws(SwitchFailure)
    -> Value
  {
    var descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT {
      try make()
      descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw failure("open it") }
    defer { close(descriptor) }
    return try body(descriptor)
  }

  private func make() throws(SwitchFailure) {
    var partial = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      partial += "/\(part)"
      if mkdir(partial, 0o755) == 0 {
        // Guards must get in whatever the umask.
        chmod(partial, 0o755)
      } else if errno != EEXIST {
        // A parent that cannot be made may be there all the same, on a read-only system.
        let number = errno
        if access(partial, F_OK) != 0 {
          throw SwitchFailure(text: "cannot make it: \(SystemError.text(number))")
        }
      }
    }
  }

  private func failure(_ what: String) -> SwitchFailure {
    SwitchFailure(text: "cannot \(what.printable): \(SystemError.text(errno))")
  }
}
