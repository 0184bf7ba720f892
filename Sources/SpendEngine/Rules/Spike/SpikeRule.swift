/// A subject's recent spend against what this subject spends at this hour of this weekday, over up to three horizons (`SpikeHorizon`), each
/// judged by the subject's own tail (`TailCalibrator`); the verdicts are added (`SpikeState.judge`).
package struct SpikeRule: Sendable, Hashable {
  /// The first horizon: 1 minute to 24 hours.
  package let window: Milliseconds
  /// How long the subject's past is remembered: 1 to 60 days.
  package let baseline: Milliseconds
  /// The least ratio in the window, times 1e9: more than 1, at most 1,000.
  package let factor: Int64
  /// Nano-dollars above what is expected, at the least: >= 1.
  package let minimum: Int64
  package let sensitivity: SpikeSensitivity

  // Made once, not at every event.

  /// `minimum`, as ratios need it.
  let floor: Double
  /// Added to both sides of a ratio, so that pennies make none: `minimum / factor`, in nano-dollars; > 0.
  let cushion: Double
  /// ln of the factor.
  let logFactor: Double
  /// How fast a cell of the week and the level of all hours follow.
  let cellRate: Double
  let levelRate: Double
  /// One part of the sliding window, in ms.
  let windowPart: Milliseconds
  /// An hour's share that the window is: for windows of up to an hour.
  let windowHours: Double

  /// What is out of range is held at its end.
  package init(
    window: Milliseconds = 5 * .minute, baseline: Milliseconds = 7 * .day, factor: Int64 = 5_000_000_000,
    minimum: Int64 = 2_000_000_000, sensitivity: SpikeSensitivity = .normal
  ) {
    self.window = window.held(in: SpikeRule.windows)
    self.baseline = baseline.held(in: SpikeRule.baselines)
    self.factor = factor.held(in: SpikeRule.factors)
    self.minimum = max(1, minimum)
    self.sensitivity = sensitivity
    let ratio = Double(self.factor) / 1e9
    floor = Double(self.minimum)
    cushion = floor / ratio
    logFactor = Logarithm.natural(ratio)
    let days = Double(self.baseline) / Double(Milliseconds.day)
    cellRate = 1 / (1 + 1.5 * days / 7)
    levelRate = 1 / (24 * days)
    windowPart = SlidingSum.part(of: self.window)
    windowHours = Double(self.window) / Double(Milliseconds.hour)
  }

  package static let windows: ClosedRange<Milliseconds> = .minute ... .day
  package static let baselines: ClosedRange<Milliseconds> = .day...60 * .day
  package static let factors: ClosedRange<Int64> = 1_000_000_001...1_000_000_000_000

  /// Whether a horizon is judged: one that is near the window, or inside it, is not.
  func judges(_ horizon: SpikeHorizon) -> Bool {
    switch horizon {
    case .window: true
    case .hour: window < 30 * .minute
    case .day: window < SpikeRule.lonely
    }
  }

  /// From this window on it is judged alone.
  static let lonely: Milliseconds = 12 * .hour
}

/// How surprising a spike must be. Not a free number: below 3.3 two horizons barely above their tops would be enough.
package enum SpikeSensitivity: String, CaseIterable, Sendable, Hashable {
  case low, normal, high
  case veryHigh = "very_high"

  /// The score from which people are told.
  package var bar: Double {
    switch self {
    case .low: 4.5
    case .normal: 4
    case .high: 3.75
    case .veryHigh: 3.5
    }
  }
  /// The score from which the subject may be halted: an alert is for a person, a halt is for certain.
  package var haltBar: Double { 1.25 * bar }
}

extension Int64 {
  fileprivate func held(in range: ClosedRange<Int64>) -> Int64 {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
