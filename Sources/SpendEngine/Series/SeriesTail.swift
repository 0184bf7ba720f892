/// How far above their usual top the values of a plain series go: `TailCalibrator`'s way, with what was measured best for series that have no
/// unit and no floor.
struct SeriesTail: Sendable {
  /// nil while no value was seen.
  private(set) var top: Double?
  private var excess = 2.5
  private var exceeding = SeriesTail.assumed
  private var seen = 0.0

  private static let assumed = 10.0
  private static let remembered = 50.0
  /// q, and what follows from it.
  private static let share = 0.015
  private static let rarity = -Logarithm.natural(share)
  private static let rate = 0.005
  private static let cap = 2.0
  private static let leastScale = 0.03
  private static let farthest = 20.0

  init() {}

  /// -log10 of the chance of a value as high.
  func surprise(_ value: Double) -> Double {
    guard let top, value > top else { return 0 }
    let scale = max(excess / exceeding, SeriesTail.leastScale)
    return (SeriesTail.rarity + min(value - top, SeriesTail.farthest) / scale) / Logarithm.ten
  }

  /// The first value sets the top a step above itself, and is then learnt like all others.
  mutating func begin(_ value: Double) {
    if top == nil { top = value + 1 }
  }

  mutating func learn(_ value: Double) {
    guard let before = top else { return }
    seen += 1
    let rate = max(SeriesTail.rate, 1 / seen)
    guard value > before else {
      top = before - 2 * rate * SeriesTail.share
      return
    }
    excess += min(value - before, SeriesTail.cap)
    exceeding += 1
    if exceeding > SeriesTail.remembered {
      excess *= SeriesTail.remembered / exceeding
      exceeding = SeriesTail.remembered
    }
    top = before + 2 * rate * (1 - SeriesTail.share)
  }

  /// Nothing was left to measure: the top comes down slowly.
  mutating func sink() {
    guard let before = top else { return }
    top = before - 0.2 * max(SeriesTail.rate, 1 / max(seen, 1)) * SeriesTail.share
  }
}

/// The same over the sum of the surprises, which are plain values from 0 on.
struct SurpriseTail: Sendable {
  private var top = 0.0
  private var excess = 20.0
  private var exceeding = 10.0

  private static let remembered = 50.0
  private static let share = 0.03
  private static let rarity = -Logarithm.natural(share)
  private static let rate = 0.002

  init() {}

  func surprise(_ value: Double) -> Double {
    guard value > top else { return 0 }
    return (SurpriseTail.rarity + (value - top) / (excess / exceeding)) / Logarithm.ten
  }

  /// - Parameter number: of the value, from 1.
  mutating func learn(_ value: Double, number: Double) {
    let step = 10 * max(SurpriseTail.rate, 1 / number)
    guard value > top else {
      top = max(0, top - step * SurpriseTail.share)
      return
    }
    excess += min(value - top, 10 * excess / exceeding)
    exceeding += 1
    if exceeding > SurpriseTail.remembered {
      excess *= SurpriseTail.remembered / exceeding
      exceeding = SurpriseTail.remembered
    }
    top += step * (1 - SurpriseTail.share)
  }
}
