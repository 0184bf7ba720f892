import Glibc

/// The kernel's hints (inotify) that something changed. A hint is never believed, only followed up by a look; without hints the scan finds
/// everything, later.
struct DirectoryWatches: ~Copyable {
  struct Event {
    var path: RawPath
    /// Bytes were written; else a name came, went, or changed its mode.
    var isWrite: Bool
  }

  /// -1: none to be had.
  private(set) var descriptor: Int32
  /// Not everything is told: the kernel has no room for more watches, or no inotify at all; or other machines write there. So it is polled.
  private(set) var isIncomplete: Bool
  private let isUsed: Bool
  private var pathOfWatch: [Int32: RawPath] = [:]
  private var watched: Set<RawPath> = []

  init(isUsed: Bool) {
    self.isUsed = isUsed
    descriptor = isUsed ? DirectoryWatches.open() : -1
    isIncomplete = descriptor < 0
  }
  deinit { if descriptor >= 0 { close(descriptor) } }

  private static func open() -> Int32 { inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) }

  private static let names: UInt32 =
    UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE) | UInt32(IN_ATTRIB)
  private static let writes: UInt32 = UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE)

  /// Watches a directory; or, where its writes come under another directory's name, the target of a link to a file.
  mutating func add(_ path: RawPath, isDirectory: Bool) {
    guard descriptor >= 0, !watched.contains(path) else { return }
    // Hints of our own machine are welcome there, too.
    if isWrittenFromElsewhere(path) { isIncomplete = true }
    let mask =
      isDirectory
      ? Self.names | Self.writes | UInt32(IN_ONLYDIR) | UInt32(IN_EXCL_UNLINK) : UInt32(IN_MODIFY)
    let watch = path.withCString { inotify_add_watch(descriptor, $0, mask) }
    if watch >= 0 {
      // The same directory under another name has the same watch: the last name is told.
      if let former = pathOfWatch.updateValue(path, forKey: watch), former != path { watched.remove(former) }
      watched.insert(path)
    } else if errno != ENOENT, errno != ENOTDIR {
      // No room, or a directory that may be passed through and not be read.
      isIncomplete = true
    }
  }

  /// Forgets which directories are watched, so that a scan renews the watches of directories that were replaced. What could not be had
  /// before is asked for again.
  mutating func renew() {
    watched.removeAll(keepingCapacity: true)
    if isUsed, descriptor < 0 { descriptor = DirectoryWatches.open() }
    isIncomplete = descriptor < 0
  }

  /// What was told since the last call.
  /// - Returns: whether the kernel's queue overflowed: then anything may have changed.
  mutating func drain(_ body: (Event) -> Void) -> Bool {
    guard descriptor >= 0 else { return false }
    var overflowed = false
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
      // Bounded: a writer that never rests must not keep us here.
      for _ in 0..<16 {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        var next = 0
        while next + 16 <= count {
          let watch = buffer.loadUnaligned(fromByteOffset: next, as: Int32.self)
          let mask = buffer.loadUnaligned(fromByteOffset: next + 4, as: UInt32.self)
          let length = Int(buffer.loadUnaligned(fromByteOffset: next + 12, as: UInt32.self))
          let name = buffer[(next + 16)..<min(count, next + 16 + length)].prefix { $0 != 0 }
          next += 16 + length
          if mask & UInt32(IN_Q_OVERFLOW) != 0 {
            overflowed = true
          } else if mask & UInt32(IN_IGNORED) != 0 {
            if let path = pathOfWatch.removeValue(forKey: watch) { watched.remove(path) }
          } else if let path = pathOfWatch[watch] {
            body(Event(path: name.isEmpty ? path : path.appending(name), isWrite: mask & Self.writes != 0))
          }
        }
      }
    }
    return overflowed
  }
}
