// `comparisons` and `judge` change nothing. They are `mutating` because a plain method that is called from a mutating one gets a copy of
// the state, which is near a kilobyte (measured: 85 ns an event, 55 without the copies).

/// A subject's spend at one horizon against what is expected, in nano-dollars and without its dearest call.
struct SpikeComparison: Sendable {
  /// >= 0
  var spent: Double
  var expected: Double
  /// With the horizon's cushion on both sides: > 0, never infinite.
  var ratio: Double

  init(spent: Double, expected: Double, cushion: Double) {
    self.spent = max(0, spent)
    self.expected = expected
    ratio = (self.spent + cushion) / (expected + cushion)
  }

  var excess: Double { spent - expected }
}

extension SpikeState {
  /// One expensive call is not a spike, and a loop never is one call: every sum is taken without its dearest call.
  mutating func comparisons(_ calendar: HourCalendar, _ rule: SpikeRule) -> InlineArray<3, SpikeComparison> {
    let instant = now.milliseconds
    // Within 0...1 unless the zone was changed.
    let gone = min(max(Double(now - calendar.start(ofHour: openHour)) / Double(Milliseconds.hour), 0), 1)
    let expected = Double(openExpected)
    let previous = day.expected(openHour - 1)
    let oldest = openHour - 24
    let openSpent = Double(max(0, openSpent - hourDearest))
    return [
      SpikeComparison(
        spent: windowSum.spent(at: instant, part: rule.windowPart)
          - Double(max(bucketDearest, lastBucketDearest)),
        expected: rule.windowHours <= 1
          ? expected * rule.windowHours : self.expected(hours: rule.windowHours, gone: gone),
        cushion: rule.cushion),
      SpikeComparison(
        spent: hourSum.spent(at: instant, part: SpikeState.hourPart)
          - Double(max(hourDearest, lastHourDearest)),
        expected: max(expected, expected * gone + previous * (1 - gone)),
        cushion: 0.5 * rule.cushion),
      SpikeComparison(
        spent: Double(day.spentSum) + openSpent - day.spent(oldest) * gone,
        expected: max(0, Double(day.expectedSum) + (expected - day.expected(oldest)) * gone),
        cushion: 4 * rule.cushion),
    ]
  }
}

extension SpikeState {
  /// What a window of more than an hour should cost.
  private func expected(hours: Double, gone: Double) -> Double {
    var sum = Double(openExpected) * gone
    var rest = hours - gone
    var hour = openHour
    while rest > 0, hour > openHour - 24 {
      hour -= 1
      sum += day.expected(hour) * min(1, rest)
      rest -= 1
    }
    return sum
  }

  /// Whether the subject is old enough for people to be told.
  var isKnown: Bool { age >= SpikeState.infancy && week.hours >= SpikeState.leastHours }

  /// The score from which people are told: less in youth, as one part is missing.
  func bar(_ rule: SpikeRule) -> Double {
    age < SpikeState.youth ? 0.9 * rule.sensitivity.bar : rule.sensitivity.bar
  }

  func judges(_ horizon: SpikeHorizon, _ rule: SpikeRule) -> Bool {
    guard age < SpikeState.youth else { return rule.judges(horizon) }
    let seen = tails[horizon.rawValue].seen
    return horizon != .day && rule.judges(horizon) && seen >= SpikeState.leastSeen
  }

  /// What a horizon adds to the score: 0 up to its usual top.
  func part(_ ratio: Double, _ horizon: SpikeHorizon) -> Double {
    let wide = max(1, 2 - Double(age) / Double(SpikeState.youth))
    let surprise = tails[horizon.rawValue].surprise(Logarithm.natural(ratio), horizon, wide: wide)
    return surprise > 0 ? ((surprise + horizon.bonus) / Logarithm.ten).squareRoot() : 0
  }

  /// The decision. No horizon has to be extreme if two agree; but one must reach the factor, and each the money floor to count.
  mutating func judge(_ comparisons: InlineArray<3, SpikeComparison>, _ rule: SpikeRule) -> (
    level: SpikeLevel, score: Double
  ) {
    guard isKnown else { return (.none, 0) }
    var score = 0.0
    var isEnough = false
    for horizon in SpikeHorizon.allCases {
      let comparison = comparisons[horizon.rawValue]
      guard comparison.excess >= rule.floor, judges(horizon, rule) else { continue }
      score += part(comparison.ratio, horizon)
      if Logarithm.natural(comparison.ratio) >= horizon.exponent * rule.logFactor { isEnough = true }
    }
    guard isEnough, score >= bar(rule) else { return (.none, score) }
    guard score >= rule.sensitivity.haltBar, age >= SpikeState.haltAge else { return (.alert, score) }
    return (.halt, score)
  }
}
