import CUnpack
import Glibc
import SpendEngine

/// A compressed file to be unpacked.
struct UnpackJob: Sendable {
  /// What it is for; comes back with the answer.
  var file: FileID
  /// The compressed file, open; closed by who unpacks it.
  var descriptor: Int32
  var packing: Packing
}

/// What unpacking came to.
struct Unpacked: Sendable {
  var file: FileID
  /// The content, in a file without a name; below 0 = there is none. Closed by who takes it.
  var descriptor: Int32 = -1
  /// Of the compressed file, before anything of it was read.
  var stamp: PackedStamp
  var ending = PackedFile.Ending.whole
  /// It could not be unpacked for now.
  var failure: FileProblem.Reason?
}

/// What unpacking may take: a small file may stand for endless zeros.
package struct UnpackLimits: Sendable {
  /// Of what is unpacked, in bytes.
  package var size: Int64 = 16 << 30
  /// Unpacked to compressed bytes; asked for above `ratioFloor` bytes.
  package var ratio: Int64 = 500
  package var ratioFloor: Int64 = 64 << 20
  /// Left free on the disk at least, in bytes; or a tenth of the disk, if that is less.
  package var free: Int64 = 1 << 30
  package init() {}
}

/// Unpacks one file at a time into files without names.
struct Unpacker: Sendable {
  /// Where they are made.
  let directory: String
  var limits = UnpackLimits()

  /// - Parameter isStopped: asked between pieces; true = give up.
  func unpack(_ job: UnpackJob, isStopped: () -> Bool = { false }) -> Unpacked {
    defer { close(job.descriptor) }
    guard let facts = FileFacts.of(job.descriptor) else {
      return Unpacked(file: job.file, stamp: PackedStamp(size: -1, modified: 0), failure: .failed(EIO))
    }
    var result = Unpacked(file: job.file, stamp: PackedStamp(facts))
    guard let stream = UnpackStream(job.descriptor, job.packing) else {
      result.failure = errno == ENOENT ? .noLibrary(job.packing) : .failed(ENOMEM)
      return result
    }
    let temporary = unpack_temporary(directory)
    guard temporary >= 0 else {
      result.failure = .noRoom(errno)
      return result
    }
    var run = Run(stream: stream, temporary: temporary, limits: limits)
    switch run.all(isStopped) {
    case .ended(let ending):
      result.ending = ending
      // It went on while it was read: the next look gets all of it.
      if FileFacts.of(job.descriptor).map({ PackedStamp($0) }) != result.stamp { result.ending = .cut }
    case .failed(let reason): result.failure = reason
    }
    if result.failure == nil, result.ending != .tooLarge {
      result.descriptor = temporary
    } else {
      close(temporary)
    }
    return result
  }

  private enum Outcome {
    case ended(PackedFile.Ending)
    case failed(FileProblem.Reason)
  }

  private struct Run {
    let stream: UnpackStream
    let temporary: Int32
    let limits: UnpackLimits
    var output = [UInt8](repeating: 0, count: UnpackStream.pieceSize)
    var made: Int64 = 0
    var checked: Int64 = 0

    mutating func all(_ isStopped: () -> Bool) -> Outcome {
      while !isStopped() {
        switch output.withUnsafeMutableBytes({ stream.read(into: $0) }) {
        case .bytes(let count): if let stop = write(count) { return stop }
        case .ended(let ending): return .ended(ending)
        case .failed(let code): return .failed(.failed(code))
        }
      }
      return .failed(.failed(EINTR))
    }

    private mutating func write(_ count: Int) -> Outcome? {
      made += Int64(count)
      if made > limits.size || (made > limits.ratioFloor && made / limits.ratio > stream.taken) {
        return .ended(.tooLarge)
      }
      if made - checked >= 4 << 20 || checked == 0 {
        checked = made
        var (free, size): (Int64, Int64) = (0, 0)
        if unpack_space(temporary, &free, &size) == 0, free - Int64(count) < min(limits.free, size / 10) {
          return .failed(.noRoom(ENOSPC))
        }
      }
      var done = 0
      while done < count {
        let result = output.withUnsafeBytes { bytes in
          Glibc.write(temporary, bytes.baseAddress?.advanced(by: done), count - done)
        }
        if result > 0 { done += result } else if errno != EINTR { return .failed(.noRoom(errno)) }
      }
      return nil
    }
  }
}
