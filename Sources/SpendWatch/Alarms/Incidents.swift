internal import SpendEngine

/// Troubles from when they were first seen until they are over. Each is told once, and once that it is over, however often its condition
/// comes and goes meanwhile.
struct Incidents: Sendable {
  struct Key: Hashable, Sendable {
    var kind: AlarmKind
    var subject: String
  }

  /// A trouble as of now.
  struct Condition: Sendable {
    var facts: [String]
    /// How long it has lasted already, where that was watched (ms).
    var age: Milliseconds = 0
  }

  private struct Incident {
    /// On the clock of what was watched.
    var began: Milliseconds
    var since: EngineTime
    /// nil = not told yet.
    var alarm: Alarm?
    /// Since when its condition is gone.
    var wellSince: Milliseconds?
  }

  private var all: [Key: Incident] = [:]

  /// - Parameter restored: told in an earlier run, and not over when it ended.
  init(restored: [Alarm] = []) {
    for alarm in restored {
      all[Key(kind: alarm.kind, subject: alarm.subject)] = Incident(
        began: 0, since: alarm.since, alarm: alarm)
    }
  }

  /// What has been told and is not over.
  var open: [Alarm] { all.values.compactMap(\.alarm).inOrder }

  /// Whether it has been told and is not over.
  func isOpen(_ kind: AlarmKind, _ subject: String) -> Bool {
    all[Key(kind: kind, subject: subject)]?.alarm != nil
  }

  /// - Parameters:
  ///   - subjects: what is watched; the alarms of anything else end with that.
  ///   - now: of the clock of what was watched (ms).
  mutating func take(
    _ conditions: [Key: Condition], subjects: Set<String>, now: Milliseconds, wall: EngineTime,
    _ patience: Patience
  ) -> [Alarm] {
    var told: [Alarm] = []
    for (key, condition) in conditions {
      var incident = all[key] ?? Incident(began: now - condition.age, since: wall + -condition.age)
      incident.wellSince = nil
      if incident.alarm != nil {
        incident.alarm?.facts = condition.facts
      } else if now - incident.began >= patience.wait(key.kind) {
        let alarm = Alarm(key.kind, key.subject, since: incident.since, at: wall, facts: condition.facts)
        incident.alarm = alarm
        told.append(alarm)
      }
      all[key] = incident
    }
    for (key, incident) in all where conditions[key] == nil {
      let since = incident.wellSince ?? now
      all[key]?.wellSince = since
      guard let alarm = incident.alarm else {
        all[key] = nil
        continue
      }
      let isWatched = subjects.contains(key.subject)
      guard !isWatched || now - since >= patience.calm(key.kind) else { continue }
      all[key] = nil
      told.append(alarm.over(at: wall, isWatched: isWatched))
    }
    return told.inOrder
  }
}

extension [Alarm] {
  /// Equal for equal alarms, whatever order a dictionary has.
  fileprivate var inOrder: [Alarm] { sorted { ($0.kind.name, $0.subject) < ($1.kind.name, $1.subject) } }
}
