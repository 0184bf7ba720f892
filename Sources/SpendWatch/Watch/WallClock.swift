internal import CTransport
internal import Glibc
package import SpendEngine

/// The clocks of this machine.
package enum WallClock {
  /// Now, in ms since 1970 UTC.
  package static var now: EngineTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return EngineTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Milliseconds of a clock that never steps; for spans.
  package static var monotonic: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
