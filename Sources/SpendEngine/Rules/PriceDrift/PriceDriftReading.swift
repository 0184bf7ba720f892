extension Engine {
  /// What the rule compares for a subject now; nil where the rule is of another kind, or has seen nothing.
  func drift(_ key: AlertKey) -> PriceDrift? {
    guard case .priceDrift = rules.rules[key.rule].kind, let (table, place) = place(of: key) else {
      return nil
    }
    func sum(_ metric: Metric) -> Int64 { self.sum(metric, key.series, table, place) }
    return PriceDrift(calls: sum(.compared), logged: sum(.logged), listed: sum(.listed))
  }

  /// `logs say $12.40, the table says $10.00 (+24 %) over 310 calls of model gpt-5 since 2026-11-20T12:00:00Z`; empty for another kind.
  func driftText(_ key: AlertKey, of subject: Subject) -> String {
    guard let drift = drift(key) else { return "" }
    let since = span(of: rules.rules[key.rule].window, at: time).start
    return "\(drift.text) of \(subject.text)" + (since.map { " since \($0.rfc3339)" } ?? "")
  }
}
