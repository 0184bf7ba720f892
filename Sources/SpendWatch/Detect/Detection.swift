internal import SpendEngine

/// The two detectors of `detect`, row by row: the plain one, and the spike rule with its defaults over calls.
package struct Detection: Sendable {
  package struct Score: Sendable, Hashable {
    /// 0 up to 1.
    package var value: Double
    package var isAlert: Bool
  }

  private enum Detector {
    case series(SeriesDetector)
    case spend(SpikeState?)
  }
  private var detector: Detector
  private static let rule = SpikeRule()

  /// - Parameter isSpend: each row is a call and what it cost in USD.
  package init(isSpend: Bool) { detector = isSpend ? .spend(nil) : .series(SeriesDetector()) }

  package mutating func observe(_ row: SeriesReader.Row) -> Score {
    switch detector {
    case .series(var series):
      let verdict = series.observe(time: row.time, value: row.value)
      detector = .series(series)
      return Score(value: verdict.score, isAlert: verdict.isAlert)
    case .spend(let known):
      var state = known ?? SpikeState(first: row.time, calendar: .utc, rule: Detection.rule)
      let verdict = state.observe(
        time: row.time, cost: row.scaled, call: max(0, row.scaled), calendar: .utc, rule: Detection.rule)
      detector = .spend(state)
      let score = verdict.isEnough ? verdict.score / (verdict.score + Detection.rule.sensitivity.bar) : 0
      return Score(value: score, isAlert: state.isFiring)
    }
  }
}
