package import SpendEngine

/// What the bars beside the rows of a report show; the values are with the rows.
package struct ReportSpark: Sendable, Hashable {
  package enum Axis: Sendable, Hashable {
    /// Each row is such a period: the bars are its parts.
    case period(CalendarPeriod)
    /// The same time for all rows, from one label to another: `2026-11-01`, `2026-11-01 13:00`.
    case span(from: String, to: String)
  }
  package var axis: Axis
  /// What a value stands for (ms).
  package var step: Milliseconds
  /// Of all rows together; of periods by the place in them.
  package var total: [Int64]

  package init(axis: Axis, step: Milliseconds, total: [Int64]) {
    self.axis = axis
    self.step = step
    self.total = total
  }
}
