/// Anomalies of a plain series, in both directions and without any knowledge of it: no unit, no length, no range, no second pass. The idea is
/// the spike rule's: what the hour of day and of week leave is measured over three horizons, each by the series' own tail, and the surprises
/// are added. What differs is that it has no money: it is no rule on spend.
package struct SeriesDetector: Sendable {
  package struct Verdict: Sendable, Hashable {
    /// 0 up to 1; never NaN.
    package var score: Double
    package var isAlert: Bool
  }

  /// From this score on it is an alert; measured, not chosen by file.
  package static let bar = 0.3347
  /// Values before the first alert.
  package static let infancy = 150

  private var number = 0.0
  /// The slow level.
  private var level = 0.0
  private var byHour = InlineArray<24, SeriesCell>(repeating: SeriesCell())
  private var byWeekHour = InlineArray<168, SeriesCell>(repeating: SeriesCell())
  /// The residual at once, and smoothed over about 10 and 33 values.
  private var means = InlineArray<3, Double>(repeating: 0)
  private static let rates: InlineArray<3, Double> = [1, 0.1, 0.03]
  private var tails = InlineArray<3, SeriesTail>(repeating: SeriesTail())
  private var sumTail = SurpriseTail()
  /// The largest sum so far, fading: what follows an onset must beat it.
  private var peak = 0.0
  private var lowest = 0.0
  private var highest = 0.0

  package init() {}

  /// Judges a value, then learns it.
  /// - Parameters:
  ///   - time: as written, taken for local time.
  ///   - value: finite.
  package mutating func observe(time: EngineTime, value: Double) -> Verdict {
    // Differences of such values are finite, and so are their squares.
    let value = min(max(value, -1e150), 1e150)
    number += 1
    if number == 1 { (level, lowest, highest) = (value, value, value) }
    let cell = HourCalendar.utc.cell(ofHour: HourCalendar.utc.hour(of: time.inCalendar))
    let residual = value - level - byHour[cell % 24].trusted(3) - byWeekHour[cell].trusted(6)
    let record = record(value)
    var sum = record
    var largest = record
    for place in 0..<3 {
      let surprise = surprise(of: residual, place)
      sum += surprise
      largest = max(largest, surprise)
    }
    let z = 0.9 * sum + 0.1 * largest
    let whole = 0.9 * z + 0.3 * (number < 20 ? 0 : sumTail.surprise(z))
    sumTail.learn(z, number: number)
    let above = whole - 1.2 * peak
    let onset = above > 0 ? 0.4 * above + 0.6 * whole : 0
    peak = max(0.994 * peak, whole)
    learn(value, cell)
    let score = onset / (onset + 5)
    return Verdict(
      score: score, isAlert: score >= SeriesDetector.bar && number > Double(SeriesDetector.infancy))
  }

  /// What a value adds that lies outside the range of all before it.
  private func record(_ value: Double) -> Double {
    let range = highest - lowest
    guard range > 0 else { return 0 }
    let beyond = max(value - highest, lowest - value) / range
    return beyond > 0.005 ? 4 * (1 + Logarithm.natural(1 + beyond)) : 0
  }

  private mutating func surprise(of residual: Double, _ place: Int) -> Double {
    means[place] += max(SeriesDetector.rates[place], 1 / number) * (residual - means[place])
    let size = abs(means[place])
    guard size > 1e-12 else {
      tails[place].sink()
      return 0
    }
    let logarithm = Logarithm.natural(size)
    tails[place].begin(logarithm)
    let surprise = number <= 20 ? 0 : tails[place].surprise(logarithm)
    tails[place].learn(logarithm)
    return surprise > 0 ? Logarithm.exp(0.4 * Logarithm.natural(surprise)) : 0
  }

  private mutating func learn(_ value: Double, _ cell: Int) {
    level += max(0.002, 1 / number) * (value - level)
    let rest = value - level
    byHour[cell % 24].learn(rest, atLeast: 0.01)
    byWeekHour[cell].learn(rest - byHour[cell % 24].mean, atLeast: 0.05)
    lowest = min(lowest, value)
    highest = max(highest, value)
  }
}

/// The mean of one hour of the day or of the week, and how often it was seen.
private struct SeriesCell: Sendable {
  private(set) var mean = 0.0
  private var visits = 0.0

  /// Less than its mean while it was seen seldom.
  func trusted(_ doubt: Double) -> Double { mean * visits / (visits + doubt) }

  mutating func learn(_ value: Double, atLeast rate: Double) {
    mean += max(rate, 1 / (visits + 1)) * (value - mean)
    visits += 1
  }
}
