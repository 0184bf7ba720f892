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

  /// Whether one more may go out now.
  mutating func hasRoom(at now: EngineTime) -> Bool {
    recent.removeAll { now - $0 >= settings.span }
    return recent.count < settings.halts
  }

  /// Counts a halt that goes out.
  mutating func count(at now: EngineTime) { recent.append(now) }

  /// When room comes.
  var nextRoom: EngineTime? { recent.first.map { $0 + settings.span } }

  mutating func wait(_ key: AlertKey) { waiting.append(key) }
  mutating func replace(_ key: AlertKey, by heir: AlertKey) {
    if let index = waiting.firstIndex(of: key) { waiting[index] = heir }
  }
  mutating func leave(_ key: AlertKey) { waiting.removeAll { $0 == key } }
  /// The first that waits, taken out, if there is room for it now.
  mutating func takeFirst(at now: EngineTime) -> AlertKey? {
    waiting.isEmpty || !hasRoom(at: now) ? nil : waiting.removeFirst()
  }

  mutating func restore(recent: [EngineTime], waiting: [AlertKey], isPaged: Bool, hold: Int64) {
    self.recent = recent
    self.waiting = waiting
    self.isPaged = isPaged
    self.hold = hold
  }
}
