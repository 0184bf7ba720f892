package import Foundation
package import SpendEngine

/// What caps are made from: what a history of calls comes to by task, by key and day, and by call. Its size is that of the tasks and of the
/// days of keys, not of the calls.
package struct History: Sendable {
  package struct Task: Sendable, Hashable {
    package var id: UInt32
    package var cost: NanoUSD
    /// Billed calls.
    package var calls: Int64
    package var last: EngineTime
    package init(id: UInt32, cost: NanoUSD, calls: Int64, last: EngineTime) {
      self.id = id
      self.cost = cost
      self.calls = calls
      self.last = last
    }
  }

  /// What was spent on a day, where that is more than nothing.
  package struct Day: Sendable, Hashable {
    /// `2026-11-24`
    package var label: String
    package var start: EngineTime
    package var spend: NanoUSD
    /// It had not ended when the history was taken.
    package var isOpen: Bool
    package init(label: String, start: EngineTime, spend: NanoUSD, isOpen: Bool = false) {
      self.label = label
      self.start = start
      self.spend = spend
      self.isOpen = isOpen
    }
  }

  package struct Key: Sendable, Hashable {
    package var name: String
    package var alias: String?
    /// In order.
    package var days: [Day]
    package init(name: String, alias: String? = nil, days: [Day]) {
      self.name = name
      self.alias = alias
      self.days = days
    }
    /// What people call it.
    package var label: String { alias.map { Subject.labelled(name, alias: $0) } ?? name }
  }

  /// When it was taken.
  package var now: EngineTime
  package var zone: TimeZone
  package var tasks: [Task] = []
  /// Of the dearest tasks.
  package var taskNames: [UInt32: String] = [:]
  /// Of calls that name one; the dearest first.
  package var keys: [Key] = []
  /// Of all calls, in order.
  package var days: [Day] = []
  /// Output tokens by call, reasoning included.
  package var outputs = ValueCounts()
  /// What requests set as `max_tokens`.
  package var ceilings = ValueCounts()
  /// Requests that set none, where the log says so.
  package var unlimited: Int64 = 0
  /// Distinct billed calls.
  package var calls: Int64 = 0
  package var cost = NanoUSD.zero
  /// The first and the last call.
  package var span: ClosedRange<EngineTime>?
  package var books = Books()
  /// Calls by model that have a guessed price, the most frequent first.
  package var guessed: [(model: String, calls: Int64)] = []
  /// It comes from a daemon's books: calls that are older than its journal are known by the hour only.
  package var isFromState = false

  /// Of `zone`, as rules files have it.
  package var zoneName: String { zone.identifier == "GMT" ? "UTC" : zone.identifier }

  package init(now: EngineTime, zone: TimeZone) {
    self.now = now
    self.zone = zone
  }
}
