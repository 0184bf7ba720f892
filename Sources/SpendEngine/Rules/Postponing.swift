// What only time ends, while records are unread that may say otherwise.
extension Engine {
  /// After a downtime longer than a window, everything in it has passed, and what was written meanwhile is not read yet: a halt that ended
  /// now would be set again by the next record, and the spender be free between the two. So alerts and halts that end because nothing more
  /// came wait for the end of the catch-up. A calendar window ends by the clock alone, and a person's halt as that person said.
  func waitsForBacklog(_ reason: Deadlines.Reason) -> Bool {
    guard isCatchingUp else { return false }
    return switch reason {
    case .quiet, .halt(_, .rule): true
    case .window(let key): alerts[key]?.window.slides ?? false
    case .halt, .hold, .headroom, .brake: false
    }
  }

  /// The catch-up is over: what waited is looked at, before anybody is told of what is over already.
  mutating func servePostponed() {
    for reason in postponed { deadlines.add(reason, at: time) }
    if !postponed.isEmpty { advance(to: time) }
    postponed.removeAll()
    let keys = sunken.sorted { ($0.rule, $0.series) < ($1.rule, $1.series) }
    sunken.removeAll()
    for key in keys { look(key) }
  }
}
