/// The rules that the demo's watcher runs with: a file as anybody would write it.
package enum DemoRules {
  package static let rule = "key-daily-cap"

  /// Of a key that `DemoKey.all` says nothing else of, in whole USD.
  static let limit: Int64 = 20

  package static var text: String {
    let overrides = DemoKey.all.filter { $0.limit != limit }.map { "\($0.name): \($0.limit).00" }
    return """
      # What `spendfuse demo` ran with.
      sources:
        - path: logs/*.jsonl
          format: spendfuse

      rules:
        - name: \(rule)
          per: key
          window: 24h
          limit: \(limit).00          # USD
          overrides: {\(overrides.joined(separator: ", "))}
          alert_at: [50%, 80%]    # people are told
          halt: key               # at 100 % the key may spend no more ...
          until: manual           # ... until a person lifts it

      kill_switch:
        - directory: {path: halts}

      """
  }
}
