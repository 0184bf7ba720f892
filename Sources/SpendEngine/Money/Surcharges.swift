/// What makes a whole call dearer than its tier. Raw values are stored in the journal: never reuse one.
package struct Surcharges: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Served at a higher speed (Claude: `speed: fast`).
  package static let fast = Surcharges(rawValue: 1 << 0)
  /// Kept within the United States (Claude: `inference_geo: us`).
  package static let inUS = Surcharges(rawValue: 1 << 1)
  package static let all: Surcharges = [.fast, .inUS]
}
