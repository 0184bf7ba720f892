internal import CTransport
internal import Foundation
internal import SpendEngine

/// The page on which the reader notes which record it works on. It is a file mapped into memory: what was stored there is still there when
/// the process is dead, however it died, and costs no system call. It lies in the runtime directory where systemd made one (a file system in
/// memory, so that no store there ever waits for a disk), else beside the state.
final class InFlight: Sendable {
  /// Why deaths cannot be noted, in words; nil = they are.
  let problem: String?
  /// Whole words, read again only when this process is gone: `run` is the main thread's, all else the reader's.
  private nonisolated(unsafe) let page: UnsafeMutablePointer<crash_page>
  private static let length = 4_096
  private static let magic: UInt64 = 0x5350_4655_464C_5932  // "SPFUFLY2"

  /// Begins a page for this process in place of what the last one left.
  /// - Parameters:
  ///   - path: nil = a page that nobody finds later, as for tests and demonstrations.
  ///   - state: the id of the state.
  init(path: String?, state: String) {
    let file = path.map { Self.map($0) }
    if case .failure(let error) = file { problem = "\(error)" } else { problem = nil }
    let mapped =
      (try? file?.get())
      ?? mmap(
        nil, Self.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else { fatalError("out of memory") }
    page = mapped.bindMemory(to: crash_page.self, capacity: 1)
    page.pointee = crash_page(
      magic: Self.magic, state: Self.hash(state), boot: Self.boot, run: .random(in: 1 ... .max), device: 0,
      inode: 0, birth_seconds: 0, birth_nanoseconds: 0, signal: 0, offset: -1)
    if path != nil { crash_note_in(page, Self.length) }
  }

  deinit {
    crash_note_no_more(page)
    munmap(page, Self.length)
  }

  /// From here to `leave` the records of a slice are worked on.
  /// - Parameter base: offset of the slice.
  func enter(_ file: FileIdentity, base: Int64) -> RecordMark {
    page.pointee.device = file.device
    page.pointee.inode = file.inode
    page.pointee.birth_seconds = file.birthSeconds
    page.pointee.birth_nanoseconds = file.birthNanoseconds
    return withUnsafeMutablePointer(to: &page.pointee.offset) { RecordMark($0, base: base) }
  }

  /// What happens now is no record's doing.
  func leave() { page.pointee.offset = -1 }

  /// The process ends in order, whatever its reader is doing still.
  func end() { page.pointee.run = 0 }

  /// The record that is worked on; nil = none.
  var offset: Int64? { page.pointee.offset < 0 ? nil : page.pointee.offset }

  /// What a page says of how its process ended.
  enum Remains: Equatable {
    /// It worked on no record, it ended in order, or the whole machine went down.
    case nothing
    case death(Death)
    /// Not a page of this state's; in words.
    case unusable(String)
  }

  static func remains(path: String, state: String) -> Remains {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT ? .nothing : .unusable(SystemError.text(errno)) }
    defer { close(descriptor) }
    var page = crash_page()
    let size = MemoryLayout<crash_page>.size
    guard pread(descriptor, &page, size, 0) == size, page.magic == magic else {
      return .unusable("it is torn, or not of this program")
    }
    guard page.state == hash(state) else { return .unusable("it belongs to another state") }
    guard page.run != 0, page.offset >= 0, page.boot == boot else { return .nothing }
    let file = FileIdentity(
      device: page.device, inode: page.inode, birthSeconds: page.birth_seconds,
      birthNanoseconds: page.birth_nanoseconds)
    return .death(
      Death(place: RecordPlace(file: file, offset: page.offset), run: page.run, isCrash: page.signal != 0))
  }

  /// A new file in place of the old one. Its block is written here: a store into it later must never find the disk full.
  private static func map(_ path: String) -> Result<UnsafeMutableRawPointer, SystemError> {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return .failure(SystemError("open \(draft)", errno)) }
    defer { close(descriptor) }
    func fail(_ call: String) -> Result<UnsafeMutableRawPointer, SystemError> {
      let error = SystemError("\(call) \(path)", errno)
      unlink(draft)
      return .failure(error)
    }
    let zeros = [UInt8](repeating: 0, count: length)
    guard write(descriptor, zeros, length) == length, fsync(descriptor) == 0 else { return fail("write") }
    guard let mapped = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      mapped != MAP_FAILED
    else { return fail("mmap") }
    guard rename(draft, path) == 0 else {
      munmap(mapped, length)
      return fail("rename")
    }
    return .success(mapped)
  }

  private static func hash(_ text: String) -> UInt64 { Checksum.xxh64(Array(text.utf8)) }

  /// The page of a machine that lost its power may be half a minute old.
  private static let boot = hash(
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
}
