import SpendEngine
import SpendWatch
import Support
import Testing

@Suite struct SuggestStatisticsTests {
  // MARK: Percentiles

  @Test(
    arguments: [
      ([7], 500, 7), ([1, 2], 500, 1), ([1, 2, 3], 500, 2), ([1, 2, 3, 4], 500, 2), ([1, 2, 3, 4], 1_000, 4),
      ([1, 2, 3, 4], 1, 1), ([1, 2, 3, 4], 750, 3), ([1, 2, 3, 4], 751, 4), (Array(1...1_000), 999, 999),
      (Array(1...1_001), 999, 1_000), (Array(1...10), 900, 9), (Array(1...10), 901, 10),
    ] as [([Int64], Int64, Int64)])
  func nearestRank(_ values: [Int64], _ permille: Int64, _ expected: Int64) {
    #expect(Statistics.nearestRank(values, permille: permille) == expected)
    var counts = ValueCounts()
    for value in values.reversed() { counts.add(value) }
    #expect(counts.nearestRank(permille: permille) == expected)
  }

  @Test func nothingHasNoRank() { #expect(ValueCounts().nearestRank(permille: 500) == nil) }

  /// Exact below 131,072; above it never too low, and less than 1 % too high; calls that grow move.
  @Test(arguments: Dice.seeds) func countsLikeASortedList(_ seed: UInt64) {
    var dice = Dice(seed: seed)
    var counts = ValueCounts()
    var values: [Int64] = []
    for _ in 0..<2_000 {
      if !values.isEmpty, dice.one(in: 4) {
        let index = Int(dice.roll(0...Int64(values.count - 1)))
        let grown = values[index] + dice.roll(0...5_000)
        counts.replace(values[index], with: grown)
        values[index] = grown
      } else {
        let value = dice.one(in: 10) ? dice.roll(0...(1 << dice.roll(1...62))) : dice.roll(0...40_000)
        values.append(value)
        counts.add(value)
      }
    }
    values.sort()
    #expect(counts.total == Int64(values.count))
    for permille in [1, 10, 500, 900, 990, 999, 1_000] as [Int64] {
      let exact = Statistics.nearestRank(values, permille: permille)
      let found = counts.nearestRank(permille: permille) ?? -1
      #expect(found >= exact, "seed \(seed)")
      #expect(exact < 131_072 ? found == exact : Double(found) < Double(exact) * 1.01, "seed \(seed)")
    }
    for bound in [0, 1, 500, 20_000, 131_000] as [Int64] {
      #expect(counts.count(from: bound) == Int64(values.count { $0 >= bound }), "seed \(seed)")
    }
  }

  @Test func theLargestValueIsHeld() {
    var counts = ValueCounts()
    counts.add(.max)
    counts.add(.max - 1)
    counts.add(-5)
    #expect(counts.nearestRank(permille: 1_000) == .max)
    #expect(counts.nearestRank(permille: 1) == 0)
  }

  // MARK: Outliers

  /// Days in dollars, and which of them are no normal ones.
  @Test(
    arguments: [
      // Fewer than five say nothing.
      ([10, 10, 10, 900], []),
      ([10, 11, 9, 10, 900], [4]),
      // More than half alike: the mean of the distances stands for MAD. A quarter of the days is none.
      ([10, 10, 10, 10, 10, 10, 900], [6]),
      ([10, 10, 10, 10, 10, 10, 900, 900], []),
      ([10, 10, 10, 10, 10], []),
      // Steady to the cent: what is not twice the median is no outlier.
      ([100, 101, 100, 99, 100, 130, 199, 100], []),
      ([100, 101, 100, 99, 100, 130, 230, 100], [6]),
      // Weekends are below, and below there are none.
      ([10, 11, 12, 10, 11, 1, 1, 10, 12, 11, 10, 12, 1, 1, 90], [14]),
      // A new month's first day and a runaway night.
      ([10, 12, 300, 11, 9, 10, 250, 12, 11, 10, 9], [2, 6]),
      // A ramp is none: it doubles every other day.
      ([1, 2, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45], []),
      // A loop over a weekend is; what stays for five days is a new level.
      ([10, 11, 12, 10, 11, 12, 10, 11, 200, 210, 220], [8, 9, 10]),
      ([10, 11, 12, 10, 11, 12, 10, 11, 200, 210, 220, 200, 210], []),
      // What strays from the new level does so all the same.
      ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 500], [17]),
      // It was left again: an episode.
      ([10, 11, 12, 10, 11, 12, 10, 11, 200, 210, 220, 200, 210, 12], [8, 9, 10, 11, 12]),
    ] as [([Int64], Set<Int>)])
  func namesOutliers(_ days: [Int64], _ expected: Set<Int>) {
    #expect(OutlierTest.outliers(days.map { $0 * 1_000_000_000 }) == expected)
    // Of any unit.
    #expect(OutlierTest.outliers(days.map { $0 * 10_000_000 }) == expected)
  }

  /// Several keys on a day: five of them on one bad day are no new level, one on five days is.
  @Test func aLevelIsOfDaysNotOfKeys() {
    let quiet = (0..<8).flatMap { day in (0..<5).map { (spend: Int64(10 + $0), day: Int64(day)) } }
    let bad = quiet + (0..<5).map { (spend: Int64(300 + $0), day: Int64(8)) }
    #expect(OutlierTest.outliers(bad.map(\.spend), days: bad.map(\.day)) == Set(40..<45))
    let level = quiet + (8..<13).map { (spend: Int64(300), day: Int64($0)) }
    #expect(OutlierTest.outliers(level.map(\.spend), days: level.map(\.day)) == [])
  }

  /// By hand: logarithms to the base 2 of 1, 2, 4, 8, 64 are 0, 1, 2, 3, 6; median 2, distances 2, 1, 0, 1, 4; MAD 1. 64 scores
  /// 0.6745 * 4 / 1.
  @Test func isTheModifiedScore() throws {
    let test = OutlierTest([1, 2, 4, 8, 64])
    let score = try #require(test.score(64))
    #expect(abs(score - 2.698) < 1e-6)
    #expect(!test.isOutlier(64))
    #expect(test.isOutlier(256))
  }

  // MARK: Amounts

  @Test(
    arguments: [
      (0, 0), (1, 1), (99, 99), (100, 100), (101, 110), (2_410_000_000, 2_500_000_000),
      (2_400_000_000, 2_400_000_000), (37_200_000_000, 38_000_000_000), (493_000_001, 500_000_000),
      (999, 1_000), (991, 1_000), (995_000, 1_000_000), (.max, .max), (-5, 0),
    ] as [(Int64, Int64)])
  func roundsUp(_ amount: Int64, _ expected: Int64) { #expect(HumaneAmount.roundedUp(amount) == expected) }

  @Test(arguments: Dice.seeds) func roundsNeverBelowAndToTwoDigits(_ seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<5_000 {
      let amount = dice.roll(1...(1 << dice.roll(1...60)))
      let rounded = HumaneAmount.roundedUp(amount)
      #expect(rounded >= amount, "seed \(seed)")
      #expect(Double(rounded) <= Double(amount) * 1.1001, "seed \(seed)")
      #expect(String(rounded).dropFirst(2).allSatisfy { $0 == "0" }, "seed \(seed): \(amount)")
      #expect(HumaneAmount.roundedUp(rounded) == rounded, "seed \(seed)")
    }
  }

  @Test func timesAFactor() {
    #expect(HumaneAmount.times(5_250_000_000, thousandths: 2_500) == 13_125_000_000)
    #expect(HumaneAmount.times(1, thousandths: 1_500) == 2)
    #expect(HumaneAmount.times(.max, thousandths: 100_000) == .max)
    #expect(HumaneAmount.factor(2_500) == "2.5")
    #expect(HumaneAmount.factor(2_000) == "2")
    #expect(HumaneAmount.factor(1_125) == "1.125")
  }
}
