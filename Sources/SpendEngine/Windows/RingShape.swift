/// How a sliding window is cut into buckets. It holds one bucket more than fill it, so that a sum covers the whole window however far the
/// newest bucket has run: it never counts too little, and at most one bucket too much (a twelfth of windows up to an hour, a 24th up to two
/// days, a 30th above).
struct RingShape: Sendable, Equatable {
  /// Buckets that fill the window.
  let buckets: Int
  /// Of a bucket (ms).
  let width: Milliseconds

  init(_ span: Milliseconds) {
    buckets = span <= .hour ? 12 : span <= 2 * .day ? 24 : 30
    width = max(1, (span + Int64(buckets) - 1) / Int64(buckets))
  }

  /// Buckets that are kept.
  var places: Int { buckets + 1 }

  /// The number of the bucket that holds `time`.
  func bucket(of time: EngineTime) -> Int64 { time.milliseconds.dividedDown(by: width) }

  /// The oldest bucket that still counts at `time`.
  func oldest(at time: EngineTime) -> Int64 { bucket(of: time) - Int64(buckets) }

  /// When `bucket` stops to count.
  func end(of bucket: Int64) -> EngineTime {
    EngineTime(milliseconds: (bucket + Int64(places)).multipliedReportingOverflow(by: width).partialValue)
  }

  /// Where a block of `places` keeps a bucket.
  func place(of bucket: Int64) -> Int { Int(bucket - bucket.dividedDown(by: Int64(places)) * Int64(places)) }
}
