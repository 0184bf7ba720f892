package import SpendEngine

extension Decision {
  /// One line of `replay --json`. `subject` has a field for each dimension, and none where everything is counted (`{}`); `file` and
  /// `offset` are null where the clock, not a record, moved it; `value` is null for a call without `max_tokens`. `held` is there, and true,
  /// only where the brake holds the halt back, `extended` only where a halt for a time lasts longer; `model` and `task` of a rule on calls
  /// are those of the call; `guessed_model` only where the dearest price stood in for a model without one.
  /// - Parameter log: the log of the record that moved it.
  package func json(log: String?) -> String {
    var object = JSONObject()
    object.add("at", at.rfc3339)
    object.add("rule", rule)
    var names = JSONObject()
    for (dimension, name) in zip(subject.per.dimensions, subject.names) { names.add(dimension.name, name) }
    object.add("subject", names)
    object.add("decision", kind.rawValue)
    object.add("level", level.name)
    if metric == .spend {
      object.add("value", NanoUSD(rawValue: value).decimal)
      object.add("value_nano_usd", value)
      object.add("limit", NanoUSD(rawValue: limit).decimal)
      object.add("limit_nano_usd", limit)
    } else if metric == .errorRatio {
      // Shares are scaled like money.
      object.add("value", NanoUSD(rawValue: value).decimal)
      object.add("limit", NanoUSD(rawValue: limit).decimal)
    } else {
      if metric.standsAlone(value) { object.addNull("value") } else { object.add("value", value) }
      object.add("limit", limit)
    }
    object.add("window", window.name)
    object.add("mode", mode.name)
    if let log, file != nil {
      object.add("file", log)
      object.add("offset", offset)
    } else {
      object.addNull("file")
      object.addNull("offset")
    }
    if isHeld, kind == .halt { object.add("held", true) }
    if isExtension { object.add("extended", true) }
    if let call {
      if !call.model.isEmpty { object.add("model", call.model) }
      if !call.task.isEmpty, !subject.per.contains(.task) { object.add("task", call.task) }
    }
    if let guessedModel { object.add("guessed_model", guessedModel) }
    return object.text
  }
}
