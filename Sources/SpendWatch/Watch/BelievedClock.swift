internal import CTransport
internal import Glibc
package import SpendEngine

/// The wall clock, as far as it is believed: a jump of over an hour against the clock that counts through sleep must last a minute before it
/// moves engine time. A machine that starts in 1970 until NTP answers, or a clock that is a year ahead for a second, must not end windows.
package struct BelievedClock: Sendable {
  /// Jumps up to this are followed at once (ms).
  static let tolerance: Milliseconds = .hour
  /// A larger one is followed after it has lasted this long (ms).
  static let patience: Milliseconds = .minute

  /// Wall clock minus steady clock, as believed.
  private var offset: Milliseconds
  /// When a larger jump was first seen, on the steady clock.
  private var jumpedAt: Milliseconds?

  package init() { self.init(wall: WallClock.now, steady: BelievedClock.steady) }
  init(wall: EngineTime, steady: Milliseconds) { offset = wall.milliseconds - steady }

  package mutating func now() -> EngineTime { now(wall: WallClock.now, steady: BelievedClock.steady) }

  /// Pure: the clocks come in as data.
  mutating func now(wall: EngineTime, steady: Milliseconds) -> EngineTime {
    let found = wall.milliseconds - steady
    if abs(found - offset) <= BelievedClock.tolerance {
      offset = found
      jumpedAt = nil
    } else if let since = jumpedAt {
      if steady - since >= BelievedClock.patience {
        offset = found
        jumpedAt = nil
      }
    } else {
      jumpedAt = steady
    }
    return EngineTime(milliseconds: steady + offset)
  }

  /// Milliseconds since the machine started, sleep included.
  static var steady: Milliseconds {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
