import Glibc
package import SpendEngine

/// One parser for many logs: it holds nothing of a file.
package final class LogParser {
  var parser: RecordParser
  package init(_ layout: RecordLayout) { parser = RecordParser(layout) }
  package convenience init(_ format: Format) { self.init(RecordLayout(format)) }
}

/// One log read from its beginning to its end, a slice of whole records at a time. The end is final: what is left there is a record too.
/// Of a compressed file the content is read, and places are in that.
package final class LogStream {
  /// As given; `-` is standard input.
  package let path: String
  /// The records of the last slice. Their `start` and `end` count from `base`.
  package private(set) var parsed = ParsedRecords()
  /// Where the slice began in the log, in bytes.
  package private(set) var base: Int64 = 0

  private let parser: LogParser
  private var context = FileContext()
  /// Bytes asked for at a time.
  private let slice: Int
  private var descriptor: Int32 = -1
  /// A regular file: it may be closed between slices and read on by offset.
  private var isRegular = false
  /// Of a compressed file.
  private var content: UnpackStream?
  /// Of a compressed file that has no right end: said after all that could be read.
  private var shortfall: LogProblem?
  private var buffer: [UInt8] = []
  // What is read and not parsed: `buffer[start..<end]`; `start` stands for `position` in the log.
  private var start = 0
  private var end = 0
  private var position: Int64 = 0
  /// Nothing follows `end`.
  private var isAtEnd = false
  /// The rest of a line that was too long is passed over.
  private var isSkipping = false

  private static let longest = 64 << 20

  package init(path: String, parser: LogParser, slice: Int = 256 << 10) {
    self.path = path
    self.parser = parser
    self.slice = max(4 << 10, min(slice, LogStream.longest))
  }

  deinit { close() }

  /// Bytes of the file that are done with.
  package var bytesRead: Int64 { content?.taken ?? position }

  /// Reads the next slice into `parsed`; false at the end.
  /// - Parameter limit: records at most.
  package func next(limit: Int = .max) throws(LogProblem) -> Bool {
    parsed.removeAll()
    base = position
    return try parse(limit)
  }

  /// Reads a further slice and appends its records to `parsed`; false at the end.
  package func extend(limit: Int = .max) throws(LogProblem) -> Bool { try parse(limit) }

  /// Gives back the file and the buffer until the next slice: for a merge of thousands of logs. What is read and not parsed is read again.
  package func rest() {
    guard isRegular else { return }
    close()
    // What was unpacked is not to be had again.
    guard content == nil else { return }
    buffer = []
    (start, end) = (0, 0)
    isAtEnd = false
  }

  // MARK: Steps

  private func parse(_ limit: Int) throws(LogProblem) -> Bool {
    let first = parsed.records.count
    var least = 1
    while true {
      try fill(least)
      if isSkipping, skipLine() { continue }
      if start == end { return try isMore() }
      let origin = Int(position - base)
      let used = buffer.withUnsafeBytes { bytes in
        parser.parser.parse(
          UnsafeRawBufferPointer(rebasing: bytes[start..<end]), isFinal: isAtEnd, limit: limit,
          context: &context, into: &parsed)
      }
      start += used
      position += Int64(used)
      if parsed.records.count > first {
        for index in first..<parsed.records.count {
          parsed.records[index].start += origin
          parsed.records[index].end += origin
        }
        if case .rejected(.tooLong)? = parsed.records.last?.outcome { isSkipping = true }
        return true
      }
      if used == 0 {
        if isAtEnd { return try isMore() }
        if end - start >= LogStream.longest { throw LogProblem(path, "holds a record that never ends") }
        // A record is longer than what is here: twice as much, so that it is not looked at over and over.
        least = min(LogStream.longest, (end - start) * 2)
      }
    }
  }

  /// At the end.
  private func isMore() throws(LogProblem) -> Bool {
    if let shortfall { throw shortfall }
    return false
  }

  /// Passes over bytes up to a line's end; true where more must be read for that.
  private func skipLine() -> Bool {
    let found = buffer[start..<end].firstIndex(of: UInt8(ascii: "\n"))
    let next = found.map { $0 + 1 } ?? end
    position += Int64(next - start)
    start = next
    isSkipping = found == nil && !isAtEnd
    return isSkipping
  }

  /// Reads until at least `least` bytes wait to be parsed, or the log ends: a slice of a file, or what a pipe has.
  private func fill(_ least: Int) throws(LogProblem) {
    if descriptor < 0 { try open() }
    let most = max(least, slice)
    let wanted = isRegular ? most : least
    guard !isAtEnd, end - start < wanted else { return }
    if start > 0 {
      let (from, count) = (start, end - start)
      buffer.withUnsafeMutableBytes { bytes in
        if let base = bytes.baseAddress { _ = memmove(base, base + from, count) }
      }
      (start, end) = (0, count)
    }
    if buffer.count < most { buffer += [UInt8](repeating: 0, count: most - buffer.count) }
    while !isAtEnd, end < wanted {
      let count = try readOnce(upTo: most)
      if position == 0, !isRegular, Packing.look(buffer[start..<end]) != .plain {
        throw LogProblem(path, "is compressed: unpack it on the way, such as with zcat")
      }
      isAtEnd = count == 0
    }
  }

  /// One read behind `end`; the buffer begins at `position`.
  private func readOnce(upTo most: Int) throws(LogProblem) -> Int {
    if let content { return try unpackOnce(content, upTo: most) }
    while true {
      let (from, offset) = (end, off_t(position + Int64(end)))
      let (count, code) = buffer.withUnsafeMutableBytes { bytes -> (Int, Int32) in
        let room = UnsafeMutableRawBufferPointer(rebasing: bytes[from..<most])
        let count =
          isRegular
          ? pread(descriptor, room.baseAddress, room.count, offset)
          : read(descriptor, room.baseAddress, room.count)
        return (count, errno)
      }
      if count >= 0 {
        end += count
        return count
      }
      if code != EINTR { throw problem(code) }
    }
  }

  private func unpackOnce(_ content: UnpackStream, upTo most: Int) throws(LogProblem) -> Int {
    let from = end
    let piece = buffer.withUnsafeMutableBytes { bytes in
      content.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[from..<most]))
    }
    switch piece {
    case .bytes(let count):
      end += count
      return count
    case .ended(let ending):
      switch ending {
      case .whole: break
      case .cut:
        shortfall = LogProblem(path, "is compressed, and ends in the middle: what came before was read")
      case .damaged, .tooLarge:
        shortfall = LogProblem(path, "is compressed, and damaged: what came before was read")
      }
      return 0
    case .failed(let code): throw problem(code)
    }
  }

  private func open() throws(LogProblem) {
    if path == "-" {
      descriptor = dup(0)
    } else {
      descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    }
    if descriptor < 0 { throw problem(errno) }
    var facts = stat()
    if fstat(descriptor, &facts) != 0 { throw problem(errno) }
    // Standard input may be shared or stand in the middle of a file: it is read as it comes.
    isRegular = facts.st_mode & S_IFMT == S_IFREG && path != "-"
    if let content {
      content.descriptor = descriptor
      return
    }
    if isRegular, facts.st_size < position { throw LogProblem(path, "was truncated while it was read") }
    guard isRegular, position == 0 else { return }
    switch Packing.look(at: descriptor) {
    case .plain: break
    case .refused:
      throw LogProblem(
        path,
        "is compressed in a way that is not read (gzip, zstd and xz are): unpack it beside, or pipe its text to `-`"
      )
    case .packed(let packing):
      content = UnpackStream(descriptor, packing)
      if content == nil {
        throw errno == ENOENT
          ? LogProblem(
            path, "is compressed, and \(packing.library), which unpacks it, is not there: install it")
          : problem(ENOMEM)
      }
    }
  }

  private func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  private func problem(_ code: Int32) -> LogProblem {
    LogProblem(path, SystemError.text(code).lowercased())
  }
}
