internal import Foundation

/// A point on the monotonic clock.
struct Deadline {
  private let end: UInt64

  /// Negative = now.
  init(milliseconds: Int64) {
    let span = UInt64(clamping: milliseconds).multipliedReportingOverflow(by: 1_000_000)
    let sum = WallClock.monotonicNanoseconds.addingReportingOverflow(span.overflow ? .max : span.partialValue)
    end = sum.overflow ? .max : sum.partialValue
  }
  var hasPassed: Bool { WallClock.monotonicNanoseconds >= end }
  /// Milliseconds for `poll`, rounded up.
  var remaining: Int32 {
    let now = WallClock.monotonicNanoseconds
    return now >= end ? 0 : Int32(clamping: (end - now) / 1_000_000 + 1)
  }
}

/// Waits for `events` on `descriptor`, for at most `milliseconds` (-1 = for ever). True also where it has failed or hung up,
/// since reading tells then.
func isReady(_ descriptor: Int32, for events: Int16, within milliseconds: Int32) -> Bool {
  var entry = pollfd(fd: descriptor, events: events, revents: 0)
  return poll(&entry, 1, milliseconds) > 0
}
func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
  isReady(descriptor, for: Int16(POLLIN), within: milliseconds)
}
