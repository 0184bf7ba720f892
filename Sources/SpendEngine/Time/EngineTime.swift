/// An instant in milliseconds since 1970-01-01 00:00 UTC. The engine has no clock: every instant comes in as data.
package struct EngineTime: Hashable, Comparable, Sendable {
  /// Milliseconds since the Unix epoch; any Int64.
  package var milliseconds: Int64

  @inlinable package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static let distantPast = EngineTime(milliseconds: .min)
  package static let distantFuture = EngineTime(milliseconds: .max)

  @inlinable package static func < (a: EngineTime, b: EngineTime) -> Bool { a.milliseconds < b.milliseconds }

  /// Saturates at the ends of Int64.
  @inlinable package static func + (time: EngineTime, span: Milliseconds) -> EngineTime {
    let (sum, overflow) = time.milliseconds.addingReportingOverflow(span)
    return EngineTime(milliseconds: overflow ? (span > 0 ? .max : .min) : sum)
  }

  /// Saturates at the ends of Int64.
  @inlinable package static func - (a: EngineTime, b: EngineTime) -> Milliseconds {
    let (difference, overflow) = a.milliseconds.subtractingReportingOverflow(b.milliseconds)
    return overflow ? (a.milliseconds > b.milliseconds ? .max : .min) : difference
  }
}

/// A span of time in milliseconds.
package typealias Milliseconds = Int64

extension Milliseconds {
  package static let second: Milliseconds = 1_000
  package static let minute: Milliseconds = 60_000
  package static let hour: Milliseconds = 3_600_000
  package static let day: Milliseconds = 86_400_000
}
