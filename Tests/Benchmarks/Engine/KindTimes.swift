import SpendEngine

/// What one rule of each kind adds to a call, `per: key` and `per: task`.
struct KindTimes {
  private static let kinds: [(String, RuleKind)] = [
    ("threshold, day", threshold(.spend, .calendar(.day))),
    ("threshold, sliding 5m", threshold(.spend, .sliding(5 * .minute))),
    ("threshold, sliding 24h", threshold(.spend, .sliding(.day))),
    ("threshold, lifetime", threshold(.spend, .lifetime)),
    ("error_ratio, sliding 5m", threshold(.errorRatio, .sliding(5 * .minute))),
    ("price_drift, sliding 24h", .priceDrift(PriceDriftRule(leastCalls: .max))),
    ("ceiling", .ceiling(CeilingRule(metric: .spend, limit: .max / 200))),
  ]

  private static func threshold(_ metric: Metric, _ window: Window) -> RuleKind {
    let limit = metric == .errorRatio ? 1_000_000_000 : Int64.max / 200
    return .threshold(ThresholdRule(metric: metric, window: window, limit: limit, alertAt: [50, 80]))
  }

  static func report(lines: Int) {
    let run = EngineRun(Corpus(kind: .own), lines: lines)
    print("one rule over \(lines) calls, names known, best of 3: ns a call above an engine without rules")
    print(column("kind", width: 34) + "   per key  per task")
    let bare = fold(run, [])
    for (name, kind) in kinds {
      var line = column(name, width: 34)
      for per in [Per.key, .task] {
        let rule = Rule(name: "r", per: per, kind: kind, mode: .warn, halt: nil, until: .manual)
        line += column(Double(fold(run, [rule]) - bare) / Double(lines))
      }
      print(line)
    }
  }

  private static func fold(_ run: EngineRun, _ rules: [Rule]) -> Int64 {
    (0..<3).compactMap { _ -> Int64? in
      guard var engine = EngineRun.engine(rules) else { return nil }
      run.fold(into: &engine)
      return Meter.measure { run.fold(into: &engine) }.nanoseconds
    }.min() ?? 0
  }
}
