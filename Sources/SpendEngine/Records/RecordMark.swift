internal import CScan

/// A place in memory that outlives the process, where the record that is worked on is noted: one plain store a record. It is how the next
/// start knows at which record the process died.
package struct RecordMark {
  private let place: UnsafeMutablePointer<Int64>
  private let base: Int64

  /// - Parameters:
  ///   - place: valid as long as the mark is used; holds an offset in the file, in bytes.
  ///   - base: offset in the file of the slice that is parsed or folded.
  package init(_ place: UnsafeMutablePointer<Int64>, base: Int64) {
    self.place = place
    self.base = base
  }

  /// - Parameter start: of the record, in the slice.
  @inline(__always) package func set(_ start: Int) { scan_mark(place, base &+ Int64(start)) }
}
