/// Cuts a slice of a file into records (SEMANTICS 3) and reads each by its format. Holds no state of a file: a slice always begins at a
/// record boundary, so any cut of the bytes over reads gives the same records.
package struct RecordParser: ~Copyable {
  package let format: Format

  package init(format: Format) { self.format = format }

  /// Parses the whole records at the start of `slice` and appends them to `parsed`.
  /// - Parameters:
  ///   - slice: bytes from a record boundary on.
  ///   - isFinal: true where no more bytes will come (the file is gone or replaced, or `report` reads a finished file): what is left
  ///     over is then a record too (rejected as torn where it is not whole).
  ///   - limit: stop after this many records.
  /// - Returns: bytes used, up to a record boundary; 0 = a record is not whole yet, come again with more bytes.
  package mutating func parse(
    _ slice: UnsafeRawBufferPointer, isFinal: Bool, limit: Int = .max, into parsed: inout ParsedRecords
  ) -> Int {
    0
  }
}
