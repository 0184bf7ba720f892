/// Why a spike fires or does not: every number of the decision, as it stands.
package struct SpikeReading: Sendable, Hashable {
  package struct Part: Sendable, Hashable {
    package var horizon: SpikeHorizon
    /// The horizon's length.
    package var span: Milliseconds
    /// Nano-dollars, without the dearest call; rounded.
    package var spent: Int64
    package var expected: Int64
    /// Of these, with a cushion on both sides.
    package var ratio: Double
    /// The ratio that the subject usually stays below.
    package var usualTop: Double
    /// The ratio that is enough for the factor.
    package var enough: Double
    /// What it adds to the score.
    package var score: Double
  }

  /// What keeps it quiet: the first test that fails.
  package enum Quiet: Sendable, Hashable {
    /// Too young: what its age lacks; nothing where it lacks learnt hours.
    case age(Milliseconds)
    /// No horizon has as many active stretches yet as it needs in youth.
    case unknown
    /// The money floor: the largest excess, in nano-dollars.
    case floor(Int64)
    /// No ratio reaches what is enough; the one that comes nearest.
    case factor(SpikeHorizon)
    /// What the score lacks.
    case score(Double)
  }

  /// Of the horizons that are judged now.
  package var parts: [Part]
  package var level: SpikeLevel
  package var score: Double
  package var bar: Double
  package var haltBar: Double
  /// The floor on the excess, nano-dollars.
  package var minimum: Int64
  package var age: Milliseconds
  /// nil where it fires.
  package var quiet: Quiet?
  /// Since when an alert fires; the last event that met it may be some minutes past.
  package var firesSince: EngineTime?
  /// Since when nothing is learnt; nil while learning.
  package var frozenSince: EngineTime?
}

extension SpikeState {
  /// The decision's numbers at `time`, or at `now` where that is later; the state stays as it is.
  package func reading(at time: EngineTime, calendar: HourCalendar, rule: SpikeRule) -> SpikeReading {
    var state = self
    state.advance(to: time, calendar: calendar, rule: rule)
    return state.reading(calendar, rule)
  }

  private mutating func reading(_ calendar: HourCalendar, _ rule: SpikeRule) -> SpikeReading {
    let comparisons = comparisons(calendar, rule)
    let (level, _) = judge(comparisons, rule)
    var parts: [SpikeReading.Part] = []
    for horizon in SpikeHorizon.allCases where judges(horizon, rule) {
      let comparison = comparisons[horizon.rawValue]
      parts.append(
        SpikeReading.Part(
          horizon: horizon, span: horizon.span(rule), spent: Int64(rounding: comparison.spent),
          expected: Int64(rounding: comparison.expected), ratio: comparison.ratio,
          usualTop: Logarithm.exp(Double(tails[horizon.rawValue].top)),
          enough: Logarithm.exp(horizon.exponent * rule.logFactor),
          score: comparison.excess >= rule.floor ? part(comparison.ratio, horizon) : 0))
    }
    let score = parts.reduce(0) { $0 + $1.score }
    return SpikeReading(
      parts: parts, level: level, score: score, bar: bar(rule), haltBar: rule.sensitivity.haltBar,
      minimum: rule.minimum, age: age,
      quiet: level == .none ? quiet(parts, score, comparisons, rule) : nil, firesSince: firesSince,
      frozenSince: frozenSince)
  }

  private func quiet(
    _ parts: [SpikeReading.Part], _ score: Double, _ comparisons: InlineArray<3, SpikeComparison>,
    _ rule: SpikeRule
  ) -> SpikeReading.Quiet {
    if !isKnown { return .age(max(0, SpikeState.infancy - age)) }
    guard let largest = parts.map({ comparisons[$0.horizon.rawValue].excess }).max() else { return .unknown }
    let heavy = parts.filter { comparisons[$0.horizon.rawValue].excess >= rule.floor }
    if heavy.isEmpty { return .floor(Int64(rounding: largest)) }
    if let nearest = heavy.max(by: { $0.ratio / $0.enough < $1.ratio / $1.enough }),
      Logarithm.natural(nearest.ratio) < nearest.horizon.exponent * rule.logFactor
    {
      return .factor(nearest.horizon)
    }
    return .score(bar(rule) - score)
  }
}

extension SpikeHorizon {
  func span(_ rule: SpikeRule) -> Milliseconds {
    switch self {
    case .window: rule.window
    case .hour: .hour
    case .day: .day
    }
  }
}

extension Int64 {
  /// The nearest, held at the ends of Int64.
  fileprivate init(rounding value: Double) {
    // 2^63 itself does not fit.
    self = value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int64(value.rounded())
  }
}

extension SpikeReading.Part {
  /// The least spend that would be enough here, in nano-dollars: the factor's and the floor's.
  func enough(of rule: SpikeRule) -> Int64 {
    let byFactor = enough * (Double(expected) + rule.cushion) - rule.cushion
    return max(expected.addingSaturating(rule.minimum), Int64(rounding: byFactor))
  }
}
