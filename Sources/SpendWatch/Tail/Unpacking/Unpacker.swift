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
  private static let piece = 256 << 10

  /// - Parameter isStopped: asked between pieces; true = give up.
  func unpack(_ job: UnpackJob, isStopped: () -> Bool = { false }) -> Unpacked {
    defer { close(job.descriptor) }
    guard let facts = FileFacts.of(job.descriptor) else {
      return Unpacked(file: job.file, stamp: PackedStamp(size: -1, modified: 0), failure: .failed(EIO))
    }
    var result = Unpacked(file: job.file, stamp: PackedStamp(facts))
    guard let stream = unpack_open(Int32(job.packing.rawValue)) else {
      result.failure = errno == ENOENT ? .noLibrary(job.packing) : .failed(ENOMEM)
      return result
    }
    defer { unpack_close(stream) }
    let temporary = unpack_temporary(directory)
    guard temporary >= 0 else {
      result.failure = .noRoom(errno)
      return result
    }
    var run = Run(job: job, stream: stream, temporary: temporary, limits: limits)
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
    let job: UnpackJob
    let stream: OpaquePointer
    let temporary: Int32
    let limits: UnpackLimits
    var input = [UInt8](repeating: 0, count: Unpacker.piece)
    var output = [UInt8](repeating: 0, count: Unpacker.piece)
    // What is read and not unpacked: `input[start..<end]`.
    var start = 0
    var end = 0
    /// Read of the compressed file, in bytes.
    var taken: Int64 = 0
    var isAtEnd = false
    var made: Int64 = 0
    var checked: Int64 = 0

    mutating func all(_ isStopped: () -> Bool) -> Outcome {
      var isBetween = false
      while !isStopped() {
        if end - start < Packing.magicLength, !isAtEnd, let code = fill() { return .failed(.failed(code)) }
        if isBetween {
          // Zeros may stand between members, and what is none is passed over, as gzip does.
          while start < end, input[start] == 0 { start += 1 }
          if start == end { if isAtEnd { return .ended(.whole) } else { continue } }
          if end - start < Packing.magicLength, !isAtEnd { continue }
          guard Packing.look(input[start..<end]) == .packed(job.packing) else { return .ended(.whole) }
          if unpack_again(stream) != 0 { return .failed(.failed(ENOMEM)) }
          isBetween = false
        }
        var (used, count) = (0, 0)
        let step = input.withUnsafeBufferPointer { from in
          output.withUnsafeMutableBufferPointer { to in
            unpack_step(
              stream, from.baseAddress?.advanced(by: start), end - start, &used, to.baseAddress, to.count,
              &count)
          }
        }
        start += used
        if count > 0 {
          if let stop = write(count) { return stop }
        }
        switch Int(step) {
        case unpack_end: isBetween = true
        case unpack_more:
          if used == 0, count == 0, start == end, isAtEnd { return .ended(.cut) }
          // Bytes that it neither takes nor turns into anything.
          if used == 0, count == 0, start < end, !fillMore() { return .ended(.damaged) }
        case unpack_memory: return .failed(.failed(ENOMEM))
        default: return .ended(.damaged)
        }
      }
      return .failed(.failed(EINTR))
    }

    /// - Returns: whether there was more to read, or there is room for it.
    private mutating func fillMore() -> Bool {
      let before = end - start
      return !isAtEnd && fill() == nil && end - start > before
    }

    private mutating func fill() -> Int32? {
      input.withUnsafeMutableBytes { bytes in
        if let base = bytes.baseAddress { memmove(base, base + start, end - start) }
      }
      (start, end) = (0, end - start)
      let (from, place, descriptor) = (end, taken, job.descriptor)
      let read = input.withUnsafeMutableBytes { bytes in
        readFile(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[from...]), at: place)
      }
      switch read {
      case .failure(let error): return error.code
      case .success(let count):
        isAtEnd = count < input.count - end
        end += count
        taken += Int64(count)
        return nil
      }
    }

    private mutating func write(_ count: Int) -> Outcome? {
      made += Int64(count)
      if made > limits.size || (made > limits.ratioFloor && made / limits.ratio > taken) {
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
