/// A page as it is held in memory: *hot* as rows, *cold* as bytes (`PackedRows`), which say the same in a fifth of the room, or *blank*
/// where nobody of it was ever seen. What is cold or blank becomes hot as soon as somebody writes to it: nothing is lost, and nothing waits.
struct HeldPage: Sendable {
  /// Without words while the page is not hot.
  var rows = SeriesRows()
  private(set) var packed: [UInt8] = []
  /// When an event of its subjects was folded last.
  var usedAt = EngineTime.distantPast
  /// The sequence up to which journal events are in it (only matters at start).
  var sequence: Int64 = 0
  /// Changed since it was last written.
  var isDirty = false

  var isHot: Bool { !rows.words.isEmpty }
  var isBlank: Bool { rows.words.isEmpty && packed.isEmpty }

  /// The rows, hot or not.
  func unpacked(_ layout: SeriesLayout, subjects: Int) -> SeriesRows {
    if isHot { return rows }
    var rows = packed.isEmpty ? SeriesRows(layout) : PackedRows.unpack(packed, layout)
    // Of a blank page, or of one that was the last and has got more subjects since.
    rows.fill(to: subjects, layout)
    return rows
  }

  mutating func warm(_ layout: SeriesLayout, subjects: Int) {
    rows = unpacked(layout, subjects: subjects)
    packed = []
  }

  /// - Parameter time: engine time: what has left its window by then need not be kept.
  mutating func cool(_ layout: SeriesLayout, at time: EngineTime) {
    rows.dropPassed(layout, at: time)
    packed = PackedRows.pack(rows, layout)
    rows = SeriesRows()
  }
}
