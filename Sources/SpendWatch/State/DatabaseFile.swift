internal import Foundation
internal import GRDB
internal import SpendEngine

/// The file `state.db`: made whole or not at all, and looked at before SQLite may touch it, since SQLite would take an empty
/// file for a new database.
enum DatabaseFile {
  /// Device and inode: another file at the same path is another state.
  struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64

    /// nil where there is no file.
    init?(path: String) {
      var info = stat()
      guard stat(path, &info) == 0 else { return nil }
      device = UInt64(info.st_dev)
      inode = UInt64(info.st_ino)
    }
  }

  /// Whether there is a database of ours at `path`; throws for anything else that lies there.
  static func isPresent(_ path: String) throws(StateError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = errno
      guard reason == ENOENT else {
        throw StateError(.directory, path: path, detail: SystemError.text(reason))
      }
      var info = stat()
      if stat(path + "-wal", &info) == 0, info.st_size > 0 {
        throw StateError(.vanished, path: path, detail: "its write-ahead log \(path)-wal is still there")
      }
      return false
    }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw StateError(.foreign, path: path, detail: "not a regular file")
    }
    if info.st_size == 0 { throw StateError(.empty, path: path) }
    var header = [UInt8](repeating: 0, count: 100)
    let count = header.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else {
      throw StateError(.inputOutput, path: path, detail: SystemError.text(errno))
    }
    guard count >= 16, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw StateError(.foreign, path: path, detail: "not an SQLite database, or its head is damaged")
    }
    if count < 100 { throw StateError(.damaged, path: path, detail: "cut off at \(count) bytes") }
    let application = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard application == Schema.applicationID else {
      throw StateError(.foreign, path: path, detail: "an SQLite database of another program")
    }
    return true
  }

  /// Makes an empty state beside `path` and renames it into place, so that a crash never leaves half of one.
  static func create(_ path: String, in directory: StateDirectory, now: EngineTime) throws {
    let draft = path + ".new"
    for name in [draft, draft + "-journal", draft + "-wal", draft + "-shm", path + "-wal", path + "-shm"] {
      unlink(name)
    }
    let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let kind: StateError.Kind = errno == ENOSPC ? .full : .directory
      throw StateError(kind, path: directory.path, detail: SystemError.text(errno))
    }
    directory.giveToOwner(descriptor)
    close(descriptor)
    let queue = try DatabaseQueue(path: draft, configuration: configuration(readOnly: false))
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try Schema.migrator.migrate(queue)
    var random = SystemRandomNumberGenerator()
    let key = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO meta (id, uuid, fingerprint_key, created_at, version, sequence, settled, highest_file, committed_at)
          VALUES (1, ?, ?, ?, ?, 0, 0, -1, ?)
          """,
        arguments: [
          UUID().uuidString.lowercased(), Data(key), now.milliseconds, spendfuseVersion, now.milliseconds,
        ])
      try Write(db).sumMeta()
    }
    try queue.close()
    guard rename(draft, path) == 0 else {
      throw StateError(.directory, path: directory.path, detail: SystemError.text(errno))
    }
    let folder = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// Opens a database that `isPresent` has seen, for the one writer: WAL, every commit synced, schema up to date.
  /// - Parameters:
  ///   - isFirst: it is also looked through for damage; too slow for each try to write it again.
  ///   - isAlone: nobody may read beside this connection, and it needs no file for that: works on a full disk too.
  static func openForWriting(_ path: String, isFirst: Bool, isAlone: Bool = false) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: false, isAlone: isAlone))
    let found = try refuseNewer(queue, path: path)
    try queue.writeWithoutTransaction { db in
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw StateError(.readOnly, path: path, detail: "no write-ahead log possible here")
      }
      guard isFirst else { return }
      let report = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
      guard report == "ok" else { throw StateError(.damaged, path: path, detail: report ?? "no report") }
    }
    if found < Schema.version { try Schema.migrator.migrate(queue) }
    if isFirst { try sign(queue, path: path) }
    return queue
  }

  /// Notes who opened it. What is only a note must not keep a watcher with a full disk from halting anybody.
  private static func sign(_ queue: DatabaseQueue, path: String) throws {
    let known = try queue.read { db in try String.fetchOne(db, sql: "SELECT version FROM meta WHERE id = 1") }
    guard let known else { throw StateError(.damaged, path: path, detail: "no meta row") }
    if known == spendfuseVersion { return }
    do {
      try queue.write { db in
        try db.execute(sql: "UPDATE meta SET version = ? WHERE id = 1", arguments: [spendfuseVersion])
      }
    } catch {
      guard StateError(error, path: path).isTransient else { throw error }
    }
  }

  /// Opens it for a reader beside the writer.
  static func openForReading(_ path: String) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
    _ = try refuseNewer(queue, path: path)
    return queue
  }

  /// The schema's version.
  private static func refuseNewer(_ queue: DatabaseQueue, path: String) throws -> Int {
    let found = try queue.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
    if found > Schema.version {
      throw StateError(.newer(found: found, known: Schema.version), path: path)
    }
    if found < 1 { throw StateError(.damaged, path: path, detail: "schema version \(found)") }
    return found
  }

  private static func configuration(readOnly: Bool, isAlone: Bool = false) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.readonly = readOnly
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(5)
    configuration.label = "state"
    configuration.prepareDatabase { db in
      guard !readOnly else { return }
      // Before the first look at the database: then its index of the log is in memory and not in a file.
      if isAlone { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
      try db.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA temp_store = MEMORY;
          PRAGMA journal_size_limit = 67108864;
          """)
    }
    return configuration
  }
}
