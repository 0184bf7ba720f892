/// Holds back a flood of new halts: more than `halts` within `span` wait in order and go out as room comes; the first that waits pages a
/// person. So a wrong limit does not stop a whole fleet in one second, and a real runaway is still stopped with nobody at the desk.
struct Brake: Sendable {
  var settings: BrakeSettings
  /// When the last halts went out, at most `settings.halts` of them.
  private(set) var recent: [EngineTime] = []
  /// Who waits, the oldest first.
  private(set) var waiting: [AlertKey] = []
  /// The page for this hold was decided.
  var isPaged = false
  /// Number of the hold, for its alert id.
  var hold: Int64 = 0

  init(settings: BrakeSettings) { self.settings = settings }

  /// Whether one more may go out now; counts it if so.
  mutating func admit(at now: EngineTime) -> Bool {
    recent.removeAll { now - $0 >= settings.span }
    guard recent.count < settings.halts else { return false }
    recent.append(now)
    return true
  }

  /// When room comes.
  var nextRoom: EngineTime? { recent.first.map { $0 + settings.span } }

  mutating func wait(_ key: AlertKey) { waiting.append(key) }
  mutating func leave(_ key: AlertKey) { waiting.removeAll { $0 == key } }
  mutating func takeFirst() -> AlertKey? { waiting.isEmpty ? nil : waiting.removeFirst() }

  mutating func restore(recent: [EngineTime], waiting: [AlertKey], isPaged: Bool, hold: Int64) {
    self.recent = recent
    self.waiting = waiting
    self.isPaged = isPaged
    self.hold = hold
  }
}
