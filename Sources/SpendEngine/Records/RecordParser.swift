internal import CScan

/// Cuts a slice of a file into records (SEMANTICS 3) and reads each by its layout. Holds no state of a file: a slice always begins at a
/// record boundary, and what records say of later ones is the caller's `FileContext`, so any cut of the bytes over reads gives the same
/// records, and one parser serves many files.
///
/// Between records, white space, NUL, `,`, `[`, `]`, RS and the UTF-8 byte order mark are passed over. A record is
/// * an object, up to the `}` that closes it. A line feed before that ends it: torn. Only an object whose `{` is the last of its line
///   may span lines (indented JSON); a line feed in a string or before a `{` in the first column ends that one too.
/// * or a line that begins with anything else: `.notObject`, up to its line feed.
///
/// A broken object is `.malformed`, and ends where its braces close or, before that, where a line feed would have ended it.
///
/// **Too long.** A record of which `maxLength` bytes are there and that has not ended is `.tooLong`: those bytes are used, `parse`
/// returns, and `parsed.mustSkipLine` is set. The caller then gives what follows to `skipLine` until that has found the line's end.
/// Until then the end of the used bytes is no record boundary: an offset should be stored only after the skip. A buffer of `maxLength`
/// bytes is thus the largest a caller ever needs: full of one record, it is used up.
package struct RecordParser: ~Copyable {
  /// 64 MB: the longest record.
  package static let maxLength = 64 << 20
  /// Names of one call, in bytes: well within what a `Name` can point to.
  private static let maxNames = 1 << 30

  package let layout: RecordLayout
  private let maxLength: Int
  private let work: UnsafeMutablePointer<Workspace>
  private var extractor: Extractor
  /// The record that is being read.
  private var record = UsageRecord()

  /// A shorter `maxLength` is for tests.
  package init(_ layout: RecordLayout, maxLength: Int = RecordParser.maxLength) {
    self.layout = layout
    self.maxLength = max(1, min(maxLength, RecordParser.maxLength))
    work = .allocate(capacity: 1)
    work.initialize(to: Workspace())
    extractor = Extractor(layout.fieldTree(), format: layout.format, work: work)
  }

  deinit {
    work.deinitialize(count: 1)
    work.deallocate()
  }

  /// Parses the whole records at the start of `slice` and appends them to `parsed`.
  /// - Parameters:
  ///   - slice: bytes from a record boundary on.
  ///   - isFinal: true where no more bytes will come (the file is gone or replaced, or `report` reads a finished file): what is left
  ///     over is then a record too (rejected as torn where it is not whole).
  ///   - limit: stop after this many records.
  ///   - context: of the file, as it was left at the start of the slice; afterwards as of the bytes used.
  ///   - mark: told of each record before it is looked at.
  /// - Returns: bytes used, up to a record boundary; 0 = a record is not whole yet, come again with more bytes. (What is not whole is
  ///   looked at anew each time: offer twice as much, not a little more, where a record is long.)
  package mutating func parse(
    _ slice: UnsafeRawBufferPointer, isFinal: Bool, limit: Int = .max, context: inout FileContext,
    into parsed: inout ParsedRecords, mark: RecordMark? = nil
  ) -> Int {
    parsed.mustSkipLine = false
    guard let base = slice.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    swap(&parsed.names, &work.pointee.names)
    defer { swap(&parsed.names, &work.pointee.names) }
    let sliceEnd = base + slice.count
    var at = base
    var left = limit
    while left > 0 && work.pointee.names.count < RecordParser.maxNames {
      RecordParser.skipSeparators(&at, sliceEnd)
      guard at < sliceEnd else { break }
      mark?.set(at - base)
      // The record is looked at up to here, whatever more there is: so the cut of the slice does not matter.
      let isCapped = sliceEnd - at >= maxLength
      let last = isCapped ? at + maxLength : sliceEnd
      let start = at
      var end = at.pointee == UInt8(ascii: "{") ? object(&at, last, &context) : line(&at, last)
      if end == .waits {
        if isCapped {
          end = .rejected(.tooLong)
          parsed.mustSkipLine = true
        } else if isFinal {
          end = .rejected(start.pointee == UInt8(ascii: "{") ? .torn : .notObject)
        } else {
          return start - base
        }
        at = last
      }
      // A usage record is large: it is moved once, into its place.
      switch end {
      case .usage:
        parsed.records.append(
          ParsedRecord(outcome: .usage(record), start: start - base, end: at - base))
      case .noUsage:
        parsed.records.append(ParsedRecord(outcome: .noUsage, start: start - base, end: at - base))
      case .rejected(let rejection):
        parsed.records.append(
          ParsedRecord(outcome: .rejected(rejection), start: start - base, end: at - base))
      case .waits: break
      }
      if parsed.mustSkipLine { break }
      left -= 1
    }
    return at - base
  }

  /// Passes over the rest of a `.tooLong` record.
  /// - Returns: bytes used, and whether the line's end was among them: if not, all were, and more have to be skipped.
  package static func skipLine(_ slice: UnsafeRawBufferPointer) -> (used: Int, isDone: Bool) {
    guard let base = slice.baseAddress?.assumingMemoryBound(to: UInt8.self), slice.count > 0 else {
      return (0, false)
    }
    let end = base + slice.count
    let found = scan_line_feed(base, end)
    return found < end ? (found - base + 1, true) : (slice.count, false)
  }

  private static func skipSeparators(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    while at < end {
      switch at.pointee {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"), UInt8(ascii: " "), UInt8(ascii: ","),
        UInt8(ascii: "["), UInt8(ascii: "]"), 0x00, 0x1e:
        at += 1
      case 0xef where end - at >= 3 && at[1] == 0xbb && at[2] == 0xbf:
        at += 3
      default: return
      }
    }
  }

  /// How the look at a record ended.
  private enum End: Equatable {
    /// In `record`.
    case usage
    case noUsage
    case rejected(Rejection)
    /// It is not whole yet.
    case waits
  }

  /// A record that is no object. Moves `at` to its end.
  private func line(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> End {
    let found = scan_line_feed(at, end)
    guard found < end else { return .waits }
    at = found + 1
    return .rejected(.notObject)
  }

  /// A record that begins with `{`. Moves `at` to its end.
  private mutating func object(
    _ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ context: inout FileContext
  ) -> End {
    guard let lines = RecordParser.lineMode(at, end) else { return .waits }
    var cursor = Cursor(at: at, end: end, lines: lines)
    switch extractor.record(&cursor) {
    case .done:
      at = cursor.at
      if extractor.isDecided { return .noUsage }
      record = UsageRecord()
      do throws(Rejection) {
        return try layout.read(extractor.view, &context, into: &record) ? .usage : .noUsage
      } catch {
        return .rejected(error)
      }
    case .short: return .waits
    case .lineEnd:
      at = cursor.at + 1
      return .rejected(.torn)
    case .malformed:
      var skeleton = Cursor(at: at, end: end, lines: lines)
      guard Skeleton.skip(&skeleton) != .short else { return .waits }
      at = skeleton.at
      return .rejected(.malformed)
    }
  }

  /// Whether an object stays on its line; nil where that cannot be told yet.
  private static func lineMode(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> LineMode? {
    var next = at + 1
    while next < end {
      switch next.pointee {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): next += 1
      case UInt8(ascii: "\n"): return .indented
      default: return .oneLine
      }
    }
    return nil
  }
}
