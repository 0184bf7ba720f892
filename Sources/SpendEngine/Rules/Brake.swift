/// Holds back a flood of new halts: more than `halts` within `span` wait in order and go out as room comes; the first that waits pages a
/// person. So a wrong limit does not stop a whole fleet in one second, and a real runaway is still stopped with nobody at the desk. Who
/// waits stands in the halts themselves (`Halt.isHeld`, `HeldQueue`).
struct Brake: Sendable {
  var settings: BrakeSettings
  /// When the last halts went out, at most `settings.halts` of them.
  private(set) var recent: [EngineTime] = []
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

  mutating func restore(recent: [EngineTime], isPaged: Bool, hold: Int64) {
    self.recent = recent
    self.isPaged = isPaged
    self.hold = hold
  }
}
