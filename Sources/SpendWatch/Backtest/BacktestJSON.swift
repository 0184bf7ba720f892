import SpendEngine

extension Backtest.Result {
  /// One object: the rules with their figures, every trip, and the score where there are labels.
  package func json(file: String) -> JSONObject {
    var object = JSONObject()
    object.add("rules_file", file)
    object.add("reaction_s", reaction / .second)
    object.add("spent_usd", spent.decimal)
    object.add("saved_usd", saved.decimal)
    object.add("rules", rows.map(\.json))
    object.add("trips", trips.map(\.json))
    if let score { object.add("score", score.json) }
    return object
  }
}

extension BacktestRow {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object.add("rule", rule)
    object.add("trips", Int64(trips))
    object.add("halts", Int64(halts))
    object.add("subjects", Int64(subjects))
    if let first { object.add("first", first.rfc3339) } else { object.addNull("first") }
    object.add("saved_usd", saved.decimal)
    object.add("past_limit_usd", pastLimit.decimal)
    object.add("halted_tasks", Int64(haltedTasks))
    object.add("healthy_tasks", Int64(healthyTasks))
    return object
  }
}

extension BacktestTrip {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object.add("at", at.rfc3339)
    object.add("rule", rule)
    object.add("subject", JSONObject(subject))
    if let target { object.add("halted", JSONObject(target)) } else { object.addNull("halted") }
    add("halted_at", haltedAt, to: &object)
    add("halt_ended_at", haltEndedAt, to: &object)
    add("resolved_at", resolvedAt, to: &object)
    object.add("value", metric.plain(value))
    object.add("limit", metric.plain(limit))
    object.add("after_usd", after.decimal)
    object.add("past_limit_usd", pastLimit.decimal)
    object.add("saved_usd", saved.decimal)
    object.add("healthy_task", haltsHealthyTask)
    if let log {
      object.add("file", log)
      object.add("offset", offset)
    } else {
      object.addNull("file")
      object.addNull("offset")
    }
    return object
  }

  private func add(_ name: String, _ time: EngineTime?, to object: inout JSONObject) {
    if let time { object.add(name, time.rfc3339) } else { object.addNull(name) }
  }
}

extension IncidentScore {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object.add(
      "incidents",
      rows.map { row in
        var object = JSONObject()
        object.add("kind", row.kind ?? "all")
        object.add("incidents", Int64(row.incidents))
        object.add("caught", Int64(row.caught))
        object.add("halted", Int64(row.halted))
        if let time = row.medianTime {
          object.add("median_s", time / .second)
        } else {
          object.addNull("median_s")
        }
        if let spent = row.medianSpent {
          object.add("median_usd", spent.decimal)
        } else {
          object.addNull("median_usd")
        }
        return object
      })
    object.add("false_alerts", Int64(falseAlerts))
    object.add("false_halts", Int64(falseHalts))
    object.add("key_weeks", NanoUSD(rawValue: Int64(keyWeeks * 1e9)).decimal)
    object.add("false_alerts_a_key_week", NanoUSD(rawValue: Int64(falseAlertsAKeyWeek * 1e9)).decimal)
    return object
  }
}

extension JSONObject {
  fileprivate init(_ subject: Subject) {
    self.init()
    for (dimension, name) in zip(subject.per.dimensions, subject.names) { add(dimension.name, name) }
  }
}

extension Metric {
  /// Money and shares are scaled alike.
  fileprivate func plain(_ amount: Int64) -> String {
    self == .spend || self == .errorRatio ? NanoUSD(rawValue: amount).decimal : String(amount)
  }
}
