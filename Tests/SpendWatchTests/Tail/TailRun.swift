import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A tailer over a directory of its own, with a consumer that counts lines, and a state that can be killed and restarted.
final class TailRun {
  let directory: TempDir
  let sources: [Source]
  var options: TailOptions
  var tailer: Tailer
  var now: Milliseconds = 1_000

  /// What the engine would hold: how often each line was read, and where each file stands.
  struct Books: Equatable {
    var lines: [String: Int] = [:]
    var offsets: [FileID: Int64] = [:]
  }
  var books = Books()
  /// What the state holds: as of the last seal.
  var durable = Books()
  var rows: [FileID: TrackedFile] = [:]
  /// In the order read, with the file.
  var order: [(line: String, file: FileID, isCatchUp: Bool)] = []
  /// Files that go on from where another one stood.
  var originals: [FileID: FileID] = [:]
  var slices = 0
  /// Offsets of slices that are said to have been read before.
  var repeats: Set<Int64> = []
  var bytesOffered = 0

  static let key = MarkerKey(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)

  init(
    _ patterns: [String] = ["*.jsonl*"], start: Source.Start = .beginning, isWhole: Bool = false,
    options: TailOptions = TailOptions()
  ) {
    directory = TempDir("tail")
    scratch = TempDir("unpacked")
    limits.free = 0
    let root = directory.path
    sources = patterns.map {
      Source(pattern: root + "/" + $0, format: .spendfuse, start: start, isWhole: isWhole)
    }
    self.options = options
    tailer = Tailer(
      sources: sources, restored: [], nextFileID: 1, key: Self.key, options: options,
      unpacking: InlineUnpacking(directory: scratch.path, limits: limits))
  }

  /// Unpacks on this thread, beside the directory that is watched.
  var limits = UnpackLimits()
  let scratch: TempDir
  func unpacking() -> any Unpacking { InlineUnpacking(directory: scratch.path, limits: limits) }

  // MARK: the reader

  /// One turn of the reader's loop, `step` later: hints, a scan where it is due, and everything that can be read.
  func turn(after step: Milliseconds = 0) {
    now += step
    _ = tailer.wait(timeout: 0)
    tailer.scan(now: now)
    drain()
  }

  /// A turn with a full scan.
  func tick() { turn(after: 2_000) }

  func drain() {
    var more = true
    var rounds = 0
    while more {
      // Everything live, then one slice of the backlog: as the reader does.
      while tailer.readLive({ self.consume($0) }), rounds < 100_000 { rounds += 1 }
      rounds += 1
      more = tailer.readBacklog { self.consume($0) }
      if rounds > 100_000 {
        Issue.record("the tailer never comes to rest")
        return
      }
    }
  }

  func takePositions() {
    for position in tailer.takePositions() { take(position) }
  }

  private func take(_ position: FilePosition) {
    books.offsets[position.file] = position.offset
    if let original = position.original { originals[position.file] = original }
  }

  func consume(_ slice: FileSlice) -> Consumption {
    slices += 1
    bytesOffered += slice.bytes.count
    if slice.isRepeat { repeats.insert(slice.offset) }
    if let position = slice.position { take(position) }
    if books.offsets[slice.file] != slice.offset {
      Issue.record(
        "\(slice.file): book at \(String(describing: books.offsets[slice.file])), slice at \(slice.offset)")
    }
    guard let last = slice.bytes.lastIndex(of: 10) else {
      if slice.isLongest { return .line }
      guard slice.isFinal else { return .bytes(0) }
      count("torn:" + String(decoding: slice.bytes, as: UTF8.self), slice)
      books.offsets[slice.file] = slice.offset + Int64(slice.bytes.count)
      return .bytes(slice.bytes.count)
    }
    for line in slice.bytes[..<last].split(separator: 10, omittingEmptySubsequences: false) {
      // NUL separates, as it does for the parser.
      count(String(decoding: line.drop { $0 == 0 }, as: UTF8.self), slice)
    }
    books.offsets[slice.file] = slice.offset + Int64(last) + 1
    return .bytes(last + 1)
  }

  private func count(_ line: String, _ slice: FileSlice) {
    books.lines[line, default: 0] += 1
    order.append((line, slice.file, slice.isCatchUp))
  }

  // What a macro cannot ask of a noncopyable value.
  func wait(timeout: Milliseconds, alsoPolling descriptor: Int32 = -1) -> Wake {
    tailer.wait(timeout: timeout, alsoPolling: descriptor)
  }
  var hasBacklog: Bool { tailer.hasBacklog }
  var uneasy: [UneasyFile] { tailer.uneasyFiles }
  var isCaughtUp: Bool { tailer.isCaughtUp(SourceID(rawValue: 0)) }
  var problems: [FileProblem] { tailer.problems }
  var status: [FileStatus] { tailer.status }
  func timeUntilScan(_ later: Milliseconds) -> Milliseconds { tailer.timeUntilScan(now: now + later) }

  // MARK: the state

  func seal() {
    takePositions()
    for row in tailer.sealFiles() { rows[row.id] = row }
    for (file, _) in tailer.takeForgotten() { (rows[file], books.offsets[file]) = (nil, nil) }
    durable = books
    for row in rows.values where row.state != .shadow {
      let book = books.offsets[row.id] ?? 0
      if book != row.offset {
        Issue.record("sealed \(row.id) \(row.state) at \(row.offset), its book at \(book)")
      }
    }
    tailer.committed()
  }

  /// The daemon dies, and starts again from what was sealed.
  func kill() {
    books = durable
    let next = (rows.keys.map(\.rawValue).max() ?? 0) + 1
    tailer = Tailer(
      sources: sources, restored: Array(rows.values), nextFileID: next, key: Self.key, options: options,
      unpacking: unpacking())
  }

  /// Stops in good order, and starts again.
  func restart() {
    seal()
    kill()
  }

  // MARK: the writers

  func path(_ name: String) -> String { directory.file(name) }

  func append(_ name: String, _ text: String) {
    let writer = Writer(path(name))
    writer.write(text)
  }

  func rename(_ from: String, _ to: String) {
    #expect(Glibc.rename(path(from), path(to)) == 0)
  }

  func remove(_ name: String) { #expect(unlink(path(name)) == 0) }

  /// Like `cp`.
  func copy(_ from: String, _ to: String) {
    let bytes = FileManager.default.contents(atPath: path(from)) ?? Data()
    #expect(FileManager.default.createFile(atPath: path(to), contents: bytes))
  }

  /// A program's work on files here, as `gzip F.1`.
  func shell(_ command: String, at location: SourceLocation = #_sourceLocation) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "cd \"$0\" && " + command, directory.path]
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { Issue.record(error) }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command)", sourceLocation: location)
  }

  func truncate(_ name: String, to size: Int = 0) { #expect(Glibc.truncate(path(name), off_t(size)) == 0) }

  // MARK: what must be so

  /// Each of the lines exactly once, and no other.
  func expectOnce(
    _ lines: [String], _ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation
  ) {
    let wanted = Dictionary(lines.map { ($0, 1) }, uniquingKeysWith: +)
    let lost = wanted.filter { books.lines[$0.key, default: 0] < $0.value }.keys.sorted()
    let extra = books.lines.filter { wanted[$0.key, default: 0] < $0.value }.keys.sorted()
    #expect(
      lost.isEmpty && extra.isEmpty, "lost \(lost), extra \(extra) \(comment ?? "")", sourceLocation: location
    )
  }

  /// Every generation, for who looks into a failure.
  var table: String {
    tailer.generations.map {
      let row = $0.row
      return
        "\n\(row.id.rawValue) \(String(decoding: row.path.name, as: UTF8.self)) \(row.state) ino \(row.identity.inode)"
        + " at \(row.offset) of \($0.size), original \(row.original?.rawValue ?? 0) base \(row.base) copied \(row.copied)"
    }.joined()
  }

  func file(_ name: String) -> FileStatus? { tailer.status.first { $0.path == RawPath(path(name)) } }
}

/// `count` numbered lines that name their writer.
func lines(_ count: Int, _ label: String) -> [String] { (0..<count).map { "2026-11-24 \(label) line \($0)" } }
func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
