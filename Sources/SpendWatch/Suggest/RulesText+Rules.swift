import SpendEngine

/// The rules, each with what it was made from.
extension RulesText {
  /// Names of the dearest that a comment holds.
  private static let named = 3

  private static let normal =
    "A day whose modified z-score (Iglewicz and Hoaglin, of the logarithm of its spend) is over 3.5 and that spent more than twice the median is no normal one, and left out."

  private func rule(_ name: String, _ comment: CommentText, _ settings: [String]) -> String {
    let mark = suggestion.doubt(name).map { "   # \($0)" } ?? ""
    let lines = settings.map { $0.hasPrefix("limit:") ? $0 + mark : $0 }
    return comment.text + "  - name: \(name)\n" + lines.map { "    \($0)\n" }.joined()
  }

  private func dollars(_ amount: NanoUSD) -> String { DecisionYAML.amount(amount.rawValue, .spend) }

  /// `$2.50`, as a limit is written.
  private func limit(_ amount: NanoUSD) -> String { amount.exactText }

  // MARK: Tasks

  var taskRule: String? {
    guard let task = suggestion.task else { return nil }
    var text = CommentText(indent: 2)
    text.add(
      "What one task may cost: \(factor(suggestion.options.taskFactor)) times the median of \(Counted.text(task.real.count, "real task")) (\(task.median.text)), rounded up\(raised(task.isRaised))."
    )
    text.add(
      "A real task has two billed calls or more and was idle for an hour;\(task.others > 0 ? " \(Counted.text(task.others, "other")) with a cost \(task.others == 1 ? "is" : "are") left out." : " no other had a cost.") Half of them cost no more than \(task.median.text), 9 in 10 \(task.percentile(900).text), 99 in 100 \(task.percentile(990).text), all \(task.percentile(1_000).text) (nearest rank)."
    )
    histogram(task.real.map { ($0.rawValue, 1) }, limit: task.limit.rawValue, &text)
    let names = task.stopped.prefix(RulesText.named).map { item in
      "\(name(history.taskNames[item.id] ?? "")) \(item.cost.text)"
    }
    stopped(
      task.stopped.count, "task", amounts: task.stopped.map(\.cost), names: names,
      past: excess(task.stopped.map(\.cost), over: task.limit), &text)
    if task.stopped.count * 20 > task.real.count, task.stopped.count > 1 {
      text.add(
        "That is more than 1 in 20: tasks here differ much. See whether those were runaways before you enforce it, or raise the limit: --task-factor."
      )
    }
    return rule(
      "task-budget", text,
      [
        "per: task", "window: lifetime", "limit: \(dollars(task.limit))", "alert_at: [50%, 80%]",
        "halt: task             # a person lifts it: spendfuse resume --task ID",
      ])
  }

  // MARK: Keys

  var keyRule: String? {
    guard let keys = suggestion.keys else { return nil }
    var text = CommentText(indent: 2)
    text.add(
      "What one key may spend on a day: \(factor(suggestion.options.dayFactor)) times its busiest normal day, rounded up. \(RulesText.normal)"
    )
    if let others = keys.others {
      let whose =
        keys.own.isEmpty
        ? (keys.otherKeys == 1 ? "the only key" : "all \(keys.otherKeys) keys together")
        : keys.otherKeys == 1
          ? "the one key without a week of its own"
          : "the \(keys.otherKeys) keys without a week of their own, taken together"
      text.add(
        keys.isMedian
          ? "`limit`, for all others and those that come later, is the median of those below: \(whose) would come to less (\(Counted.text(others.days.count, "day")), the busiest \(spend(others.busiest)))."
          : "`limit` is from \(Counted.text(others.days.count, "day")) of \(whose); the busiest: \(spend(others.busiest))\(raised(others.isRaised))."
      )
      left(out: others, &text)
    } else {
      text.add("`limit`, for keys that come later, is the median of those below: every key has a week.")
    }
    histogram(
      keys.keyDays.map { ($0.amount.rawValue, 1) },
      limit: keys.own.isEmpty ? keys.limit.rawValue : -1, &text)
    let limits = Dictionary(keys.own.map { ($0.key.label, $0.cap.limit) }) { first, _ in first }
    let past = keys.reached.reduce(NanoUSD.zero) { sum, spend in
      sum + (spend.amount - (spend.key.flatMap { limits[$0] } ?? keys.limit))
    }
    stopped(
      keys.reached.count, "day of a key", plural: "days of keys", amounts: keys.reached.map(\.amount),
      names: keys.reached.prefix(RulesText.named).map(spend), past: past, &text)
    var settings = ["per: key", "window: day", "limit: \(dollars(keys.limit))"]
    if !keys.own.isEmpty {
      settings.append("overrides:")
      for (key, cap) in keys.own {
        var comment = CommentText(indent: 2)
        // Under the rule's own four columns.
        comment.add(evidence(key, cap), within: 75)
        settings += comment.text.split(separator: "\n").map(String.init)
        settings.append("  \(YAMLText.scalar(key.name)): \(dollars(cap.limit))")
      }
    }
    settings += ["alert_at: [50%, 80%]", "halt: key", "until: reset            # the day's end lifts it"]
    return rule("key-daily-cap", text, settings)
  }

  /// `ci-bot: 22 days, busiest $9.00 on 2026-11-12; left out: 2026-11-14 $91.00`
  private func evidence(_ key: History.Key, _ cap: DayCap) -> String {
    var text = key.alias.map { name($0) + ": " } ?? ""
    text +=
      "\(Counted.text(cap.wholeDays, "day")), busiest \(cap.busiest.amount.text) on \(cap.busiest.day.label)"
    if !cap.outliers.isEmpty {
      let dearest = cap.outliers.sorted { $0.amount > $1.amount }
      text +=
        "; left out: "
        + dearest.prefix(RulesText.named).map { "\($0.day.label) \($0.amount.text)" }.joined(separator: ", ")
      if dearest.count > RulesText.named { text += ", and \(dearest.count - RulesText.named) more" }
    }
    if cap.isRaised { text += "; raised to what one call may cost" }
    return text
  }

  // MARK: Everything

  var globalRule: String? {
    guard let cap = suggestion.global else { return nil }
    var text = CommentText(indent: 2)
    text.add(
      "What everything together may spend on a day: \(factor(suggestion.options.dayFactor)) times the busiest normal day (\(spend(cap.busiest))) of \(Counted.text(cap.wholeDays, "day")) with spend, rounded up\(raised(cap.isRaised))\(cap.isHeldUp ? ", and no less than the largest cap of a key" : "")."
    )
    if suggestion.keys == nil {
      text.add(
        RulesText.normal
      )
    }
    left(out: cap, &text)
    histogram(cap.days.map { ($0.amount.rawValue, 1) }, limit: cap.limit.rawValue, &text)
    stopped(
      cap.reached.count, "day", amounts: cap.reached.map(\.amount),
      names: cap.reached.prefix(RulesText.named).map(spend),
      past: excess(cap.reached.map(\.amount), over: cap.limit), verb: "been reached on", &text)
    return rule(
      "global-daily-cap", text,
      [
        "per: global", "window: day", "limit: \(dollars(cap.limit))", "alert_at: [50%, 80%]",
        "# halt: global         # it only tells; this would stop everybody",
      ])
  }

  private func left(out cap: DayCap, _ text: inout CommentText) {
    if !cap.outliers.isEmpty {
      let dearest = cap.outliers.sorted { $0.amount > $1.amount }
      let more = dearest.count > 5 ? ", and \(dearest.count - 5) more" : ""
      text.add("Left out: \(dearest.prefix(5).map(spend).joined(separator: ", "))\(more).")
    }
    if let open = cap.open {
      text.add(
        open.day == cap.busiest.day
          ? "\(open.day.label) is not over, and the busiest already."
          : "\(open.day.label) is not over and says nothing of a whole day yet.")
    }
  }

  // MARK: Single calls

  var ceilingRule: String? {
    guard let ceiling = suggestion.ceiling else { return nil }
    var text = CommentText(indent: 2)
    let name = ceiling.metric == .maxTokens ? "ask for" : "put out"
    text.add(
      "How many tokens one call may \(name): 999 of 1,000 calls put out no more than \(ceiling.percentile.grouped) (nearest rank of \(Counted.text(Int(ceiling.calls), "call"))\(ceiling.calls < history.calls && history.isFromState ? ", the newest: of the \((history.calls - ceiling.calls).grouped) before the books know sums only" : "")), rounded up; the largest \(ceiling.largest.grouped)."
    )
    histogram(
      history.outputs.positive.ascending, limit: ceiling.limit, text: \.grouped, &text)
    switch (ceiling.metric, ceiling.stated + ceiling.unlimited) {
    case (.maxTokens, _):
      text.add(
        "Of \(Counted.text(Int(ceiling.stated + ceiling.unlimited), "request")) \(ceiling.met.grouped) asked for more\(ceiling.unlimited > 0 ? ", or set no max_tokens (\(ceiling.unlimited.grouped))" : "")."
      )
    case (_, 0) where history.isFromState:
      text.add(
        "\(Counted.text(Int(ceiling.met), "call")) came to that. The books do not keep what a request asked for; from the logs themselves `metric: max_tokens` may be the better one."
      )
    case (_, 0):
      text.add(
        "\(Counted.text(Int(ceiling.met), "call")) came to that. These logs do not say what a request asked for, so `metric: max_tokens` would never fire. Set max_tokens in the requests all the same: this rule sees a call when it is paid."
      )
    case (_, ceiling.unlimited):
      text.add(
        "\(Counted.text(Int(ceiling.met), "call")) came to that. No request set a max_tokens, so `metric: max_tokens` would fire on each: set it in the requests, then change the metric."
      )
    default:
      text.add(
        "\(Counted.text(Int(ceiling.met), "call")) came to that. `metric: max_tokens` would fire on most requests: they ask for more than they need, or set none. Set max_tokens to this, then change the metric."
      )
    }
    return rule(
      "output-ceiling", text,
      ["per: request", "metric: \(ceiling.metric.rawValue)", "limit: \(ceiling.limit)"])
  }

  // MARK: What is missing, and why

  var missing: [String] {
    var text = CommentText(indent: 2)
    if suggestion.task == nil {
      let some = !history.tasks.isEmpty
      text.add(
        some
          ? "No task-budget: no task has two billed calls, a cost, and has been idle for an hour."
          : "No task-budget: these records name no task.")
    }
    if !suggestion.hasDays {
      text.add("No caps a day: most of these records say no time, so their days are not known.")
    } else if suggestion.keys == nil {
      text.add(
        history.cost > .zero
          ? "No key-daily-cap: these records name no key (Claude Code's and Codex's never do). What they spend is capped by task and in all."
          : "No caps a day: nothing was spent.")
    }
    if suggestion.ceiling == nil { text.add("No output-ceiling: no call says what it put out.") }
    return text.text.isEmpty ? [] : [text.text]
  }

  // MARK: Words

  private func histogram(
    _ values: [(value: Int64, count: Int64)], limit: Int64,
    text amount: (Int64) -> String = Histogram.dollars,
    _ text: inout CommentText
  ) {
    for line in Histogram(values).lines(limit: limit, text: amount) { text.add(line: line) }
  }

  private func stopped(
    _ count: Int, _ what: String, plural: String? = nil, amounts: [NanoUSD], names: [String], past: NanoUSD,
    verb: String = "stopped", _ text: inout CommentText
  ) {
    guard count > 0 else {
      text.add("It would have \(verb) no \(what).")
      return
    }
    let counted =
      count == 1 ? "1 \(what)" : "\(Int64(count).grouped) \(plural ?? what + "s")"
    let dearest = count > names.count ? "the dearest: " : ""
    text.add(
      "It would have \(verb) \(counted) (\(dearest)\(names.joined(separator: ", "))), which came to \(amounts.reduce(.zero, +).text), \(past.text) of it past the limit."
    )
  }

  private func spend(_ spend: DayCap.Spend) -> String {
    (spend.key.map { name($0) + " " } ?? "") + "\(spend.amount.text) on \(spend.day.label)"
  }

  private func name(_ name: String) -> String { name.printable.fitted(to: 40) }

  private func raised(_ isRaised: Bool) -> String {
    isRaised ? ", and raised to what a single ordinary call may cost" : ""
  }
}
