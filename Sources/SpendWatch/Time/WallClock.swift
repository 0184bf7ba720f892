internal import Glibc
package import SpendEngine

/// The clocks of this machine.
package enum WallClock {
  /// Now, in ms since 1970 UTC. Steps when somebody sets it.
  package static var now: EngineTime {
    EngineTime(milliseconds: Int64(nanoseconds(CLOCK_REALTIME) / 1_000_000))
  }

  /// Milliseconds of a clock that never steps; for spans.
  package static var monotonic: Int64 { Int64(monotonicNanoseconds / 1_000_000) }

  /// Nanoseconds of a processor that the calling thread took.
  static var thread: UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  static var monotonicNanoseconds: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// UInt64 lasts until the year 2554; a wall clock before 1970 reads as 1970.
  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}
