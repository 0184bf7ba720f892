/// What a report groups by.
package enum GroupField: String, CaseIterable, Sendable, Hashable {
  case key, task, model, day, hour, source, user, team

  /// Grouped by time: such rows come in its order.
  package var isTime: Bool { self == .day || self == .hour }
}
