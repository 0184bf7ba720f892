import CTransport
import Glibc

// The system calls of the tailer, and nothing else: no decision is made here.

extension FileFacts {
  private init(_ raw: file_facts) {
    identity = FileIdentity(
      device: raw.device, inode: raw.inode, birthSeconds: raw.birth_seconds,
      birthNanoseconds: raw.birth_nanoseconds)
    switch raw.mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = raw.size
    modified = raw.modified
    changed = raw.changed
    links = raw.links
  }

  /// Of an open file; nil where it cannot be told (as a stale network handle).
  static func of(_ descriptor: Int32) -> FileFacts? {
    var raw = file_facts()
    return file_facts_of_descriptor(descriptor, &raw) == 0 ? FileFacts(raw) : nil
  }

  /// Of what `path` names, links followed unless told otherwise.
  static func of(_ path: RawPath, followsLink: Bool = true) -> Result<FileFacts, FileError> {
    var raw = file_facts()
    let code = path.withCString { file_facts_of_path($0, followsLink ? 1 : 0, &raw) }
    return code == 0 ? .success(FileFacts(raw)) : .failure(FileError(code: code))
  }
}

/// An `errno`.
struct FileError: Error, Hashable {
  var code: Int32

  /// What it means to who wants to read a file.
  var reason: FileProblem.Reason {
    switch code {
    case EACCES, EPERM: .notPermitted
    case ELOOP, ENOENT: .brokenLink
    case EMFILE, ENFILE: .tooManyOpenFiles
    case EISDIR: .directory
    case ENXIO, ENODEV: .notRegular
    default: .failed(code)
    }
  }
}

/// Opens for reading without ever waiting: a pipe or a device must not stall the reader.
func openFile(_ path: RawPath) -> Result<Int32, FileError> {
  while true {
    let descriptor = path.withCString { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
    if descriptor >= 0 { return .success(descriptor) }
    if errno != EINTR { return .failure(FileError(code: errno)) }
  }
}

/// Fills `bytes` from `offset` as far as the file goes.
/// - Returns: bytes read; fewer than asked for = the end of the file, for now.
func readFile(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64) -> Result<
  Int, FileError
> {
  var done = 0
  while done < bytes.count {
    let count = pread(
      descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + off_t(done))
    if count == 0 { break }
    if count > 0 {
      done += count
    } else if errno != EINTR {
      return done > 0 ? .success(done) : .failure(FileError(code: errno))
    }
  }
  return .success(done)
}

/// Whether others may write there without this kernel being told: network file systems, those of user space, and the upper directory of an
/// overlay.
func isWrittenFromElsewhere(_ path: RawPath) -> Bool {
  path.withCString { file_is_written_elsewhere($0) } != 0
}

/// Where the next bytes are that were ever written, from `offset` on: what lies before is a hole.
/// - Returns: nil where nothing but a hole is left; `offset` where the file system does not know.
func nextWritten(_ descriptor: Int32, from offset: Int64) -> Int64? {
  let found = file_next_written(descriptor, offset)
  return found < 0 ? nil : max(offset, found)
}

struct DirectoryEntry {
  enum Kind { case file, directory, link, unknown }
  var name: [UInt8]
  var inode: UInt64
  var kind: Kind
}

/// What stands in a directory, in no order, without `.` and `..`.
func listDirectory(_ path: RawPath) -> Result<[DirectoryEntry], FileError> {
  guard let directory = path.withCString({ opendir($0) }) else { return .failure(FileError(code: errno)) }
  defer { closedir(directory) }
  var entries: [DirectoryEntry] = []
  while let entry = readdir(directory) {
    let name: [UInt8] = withUnsafePointer(to: &entry.pointee.d_name) { field in
      field.withMemoryRebound(to: UInt8.self, capacity: 256) { text in
        Array(
          UnsafeBufferPointer(
            start: text, count: strnlen(UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self), 256)))
      }
    }
    if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
    let kind: DirectoryEntry.Kind =
      switch Int(entry.pointee.d_type) {
      case Int(DT_DIR): .directory
      case Int(DT_LNK): .link
      case Int(DT_UNKNOWN): .unknown
      default: .file
      }
    entries.append(DirectoryEntry(name: name, inode: UInt64(entry.pointee.d_ino), kind: kind))
  }
  return .success(entries)
}

/// Files that may be open at once here: half of what the process may have, and so many less that sockets and the state always find one.
func descriptorAllowance() -> Int {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
  let all = Int(clamping: limit.rlim_cur)
  return max(8, min(8192, all / 2, all - 48))
}

/// Lets the process have as many files open as its hard limit allows: soft limits are low for programs that use `select`, which nothing here
/// does. Where it cannot be raised, the tailer makes do.
package func raiseDescriptorLimit() {
  var limit = rlimit()
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(resource, &limit)
}
