import SpendEngine

extension Suggestion {
  /// Every number with its evidence, as one object. Amounts of money are decimal USD.
  package var json: String {
    var object = JSONObject()
    var facts = JSONObject()
    facts.add("calls", history.calls)
    facts.add("cost_usd", history.cost.decimal)
    if let span = history.span {
      facts.add("first", span.lowerBound.rfc3339)
      facts.add("last", span.upperBound.rfc3339)
    }
    facts.add("timezone", history.zoneName)
    facts.add("days", Int64(history.days.count))
    facts.add("keys", Int64(history.keys.count))
    facts.add("tasks", Int64(history.tasks.count))
    facts.add("rejected", history.books.rejectedTotal)
    facts.add("guessed_prices", history.guessed.reduce(0) { $0.addingSaturating($1.calls) })
    object.add("history", facts)
    object.add("mode", options.mode.name)
    object.add("rules", [taskJSON, keysJSON, globalJSON, ceilingJSON].compactMap { $0 })
    return object.text
  }

  private func rule(_ name: String, _ fill: (inout JSONObject) -> Void) -> JSONObject {
    var object = JSONObject()
    object.add("name", name)
    fill(&object)
    if let doubt = doubt(name) { object.add("too_little", doubt) }
    return object
  }

  private var taskJSON: JSONObject? {
    guard let task else { return nil }
    return rule("task-budget") {
      $0.add("limit_usd", task.limit.decimal)
      $0.add("factor", HumaneAmount.factor(options.taskFactor))
      $0.add("median_usd", task.median.decimal)
      $0.add("p90_usd", task.percentile(900).decimal)
      $0.add("p99_usd", task.percentile(990).decimal)
      $0.add("real_tasks", Int64(task.real.count))
      $0.add("other_tasks", Int64(task.others))
      $0.add("raised", task.isRaised)
      $0.add("stopped", Int64(task.stopped.count))
      $0.add("stopped_usd", task.stopped.reduce(.zero) { $0 + $1.cost }.decimal)
      $0.add(
        "dearest",
        task.stopped.prefix(20).map { item in
          var object = JSONObject()
          object.add("task", history.taskNames[item.id] ?? "")
          object.add("cost_usd", item.cost.decimal)
          return object
        })
    }
  }

  private var keysJSON: JSONObject? {
    guard let keys else { return nil }
    return rule("key-daily-cap") {
      $0.add("limit_usd", keys.limit.decimal)
      $0.add("factor", HumaneAmount.factor(options.dayFactor))
      $0.add("key_days", Int64(keys.keyDays.count))
      if let others = keys.others { others.fill(&$0) }
      $0.add(
        "overrides",
        keys.own.map { key, cap in
          var object = JSONObject()
          object.add("key", key.name)
          if let alias = key.alias { object.add("alias", alias) }
          object.add("limit_usd", cap.limit.decimal)
          cap.fill(&object)
          return object
        })
      $0.add("stopped", Int64(keys.reached.count))
      $0.add("stopped_usd", keys.reached.reduce(.zero) { $0 + $1.amount }.decimal)
      $0.add("dearest", keys.reached.prefix(20).map(\.json))
    }
  }

  private var globalJSON: JSONObject? {
    guard let global else { return nil }
    return rule("global-daily-cap") {
      $0.add("limit_usd", global.limit.decimal)
      $0.add("factor", HumaneAmount.factor(options.dayFactor))
      global.fill(&$0)
      $0.add("reached", Int64(global.reached.count))
      $0.add("reached_usd", global.reached.reduce(.zero) { $0 + $1.amount }.decimal)
      $0.add("dearest", global.reached.prefix(20).map(\.json))
    }
  }

  private var ceilingJSON: JSONObject? {
    guard let ceiling else { return nil }
    return rule("output-ceiling") {
      $0.add("metric", ceiling.metric.rawValue)
      $0.add("limit", ceiling.limit)
      $0.add("percentile_99_9", ceiling.percentile)
      $0.add("calls", ceiling.calls)
      $0.add("largest", ceiling.largest)
      $0.add("met", ceiling.met)
    }
  }
}

extension DayCap {
  fileprivate func fill(_ object: inout JSONObject) {
    object.add("whole_days", Int64(wholeDays))
    object.add("busiest", busiest.json)
    object.add("left_out", outliers.map(\.json))
    object.add("raised", isRaised)
  }
}

extension DayCap.Spend {
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object.add("day", day.label)
    if let key { object.add("key", key) }
    object.add("cost_usd", amount.decimal)
    if day.isOpen { object.add("not_over", true) }
    return object
  }
}
