import Glibc

/// The few statistics that caps are made from. Percentiles are those of nearest rank: always a value that occurred, never a mean of two.
package enum Statistics {
  /// The rank (from 1) of a percentile among `count` values: the least whole number that is not below `permille` of a thousand.
  static func rank(_ permille: Int64, of count: Int64) -> Int64 {
    let product = Int128(count) * Int128(permille)
    return max(1, Int64((product + 999) / 1_000))
  }

  /// - Parameters:
  ///   - ascending: sorted, not empty.
  ///   - permille: 1...1000; 500 is the median, of an even number of values the lower of the two in the middle.
  package static func nearestRank(_ ascending: [Int64], permille: Int64) -> Int64 {
    ascending[Int(rank(permille, of: Int64(ascending.count))) - 1]
  }
}

/// Which of some days are no normal ones. By the modified z-score (B. Iglewicz, D. Hoaglin, "How to Detect and Handle Outliers", ASQC 1993):
/// 0.6745 (x - median) / MAD over 3.5, where MAD is the median of the distances from the median. x is the logarithm of a day's spend, as
/// spend differs by factors. Where more than half of the days are alike, MAD is 0, and the mean of the distances stands for it:
/// (x - median) / (1.2533 mean), by which a quarter of the days is too many for outliers. Beyond that
/// * only days that spent more than twice the median can be outliers: with steady spenders a cent would be one;
/// * where they are on five days or more in a row at the end, those are none: that is a new level, and caps must go with it; what strays
///   among them by the same test still is;
/// * of fewer than five days none can be told.
package struct OutlierTest: Sendable {
  package static let leastDays = 5
  package static let newLevel = 5
  static let threshold = 3.5

  private let median: Double
  /// What a distance is divided by; nil where no day is an outlier.
  private let scale: Double?

  /// - Parameter spends: nano-dollars a day, each above 0.
  package init(_ spends: [Int64]) {
    let logs = spends.map { log(Double(max(1, $0))) }
    guard logs.count >= OutlierTest.leastDays else {
      (median, scale) = (0, nil)
      return
    }
    let middle = OutlierTest.middle(logs)
    let distances = logs.map { abs($0 - middle) }
    let mad = OutlierTest.middle(distances)
    let mean = distances.reduce(0, +) / Double(distances.count)
    median = middle
    scale = mad > 1e-9 ? mad / 0.6745 : mean > 1e-9 ? mean * 1.253314 : nil
  }

  package func isOutlier(_ spend: Int64) -> Bool {
    guard let score = score(spend) else { return false }
    return score > OutlierTest.threshold && log(Double(max(1, spend))) > median + log(2)
  }

  /// The modified z-score; nil where there is none.
  package func score(_ spend: Int64) -> Double? {
    scale.map { (log(Double(max(1, spend))) - median) / $0 }
  }

  /// Indices of outliers.
  /// - Parameters:
  ///   - spends: in the order of their days; a day may have several, of as many keys.
  ///   - days: of each, any number that tells days apart; nil: each spend is of a day of its own.
  package static func outliers(_ spends: [Int64], days: [Int64]? = nil) -> Set<Int> {
    let days = days ?? spends.indices.map(Int64.init)
    let test = OutlierTest(spends)
    let found = Set(spends.indices.filter { test.isOutlier(spends[$0]) })
    let odd = Set(found.map { days[$0] })
    var tail: Set<Int64> = []
    for day in days.reversed() where !tail.contains(day) {
      guard odd.contains(day) else { break }
      tail.insert(day)
    }
    guard tail.count >= newLevel else { return found }
    let level = found.filter { tail.contains(days[$0]) }.sorted()
    let among = OutlierTest(level.map { spends[$0] })
    return found.subtracting(level.filter { !among.isOutlier(spends[$0]) })
  }

  /// The median, of an even number the mean of the two in the middle.
  private static func middle(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}
