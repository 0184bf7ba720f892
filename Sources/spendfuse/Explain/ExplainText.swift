import SpendEngine
import SpendWatch

/// `explain --rule` for people: the answer first, then what it rests on.
struct ExplainText {
  private let message: ExplainMessage
  private let metric: Metric

  init(_ message: ExplainMessage) {
    self.message = message
    metric = Metric(rawValue: message.rule.metric) ?? .spend
  }

  func text(for terminal: OutputTerminal) -> String {
    var text = terminal.text("rule \(message.rule.name), \(message.subjectText)".printable, .strong) + "\n"
    text += "\(metric.text(message.value)) of \(metric.text(message.limit))"
    if let percent = message.value.percent(of: message.limit) { text += " (\(percent.grouped) %)" }
    text += ", \(terminal.text(message.state, look))"
    text += ", as of \(time(message.at))\n\n"
    text += row("rule", rule) + row("window", window)
    text += row(
      "steps",
      message.steps.map { "\($0.level) at \(metric.text($0.value))\($0.isReached ? " (reached)" : "")" }
        .joined(separator: ", "))
    for halt in message.halts { text += row("halt", self.halt(halt)) }
    for line in message.baseline { text += row("baseline", line) }
    text += "\nWHY\n" + message.reasons.map { "  \($0.printable)\n" }.joined()
    text += history(terminal)
    if let calls = message.calls { text += self.calls(calls, terminal) }
    if !message.notes.isEmpty { text += "\nNOTES\n" + message.notes.map { "  \($0.printable)\n" }.joined() }
    return terminal.folded(text)
  }

  private var look: OutputTerminal.Look {
    switch message.state {
    case "firing": .red
    case "inactive": .plain
    default: .yellow
    }
  }

  private func row(_ title: String, _ value: String) -> String {
    "  \(title)\(String(repeating: " ", count: max(1, 10 - title.count)))\(value.printable)\n"
  }

  private func time(_ time: EngineTime) -> String {
    TimeText.people(time, timeZone: message.window.timeZone)
  }

  private var rule: String {
    var rule = "\(message.rule.metric) per \(message.rule.per), mode \(message.rule.mode)"
    if let halt = message.rule.halt { rule += ", halts the \(halt)" }
    if let until = message.rule.until { rule += " until \(until)" }
    if let hold = message.rule.forMs { rule += ", after \(TimeText.span(hold)) in breach" }
    return rule
  }

  private var window: String {
    let name = message.rule.window
    if let bucket = message.window.bucketMs, let start = message.window.start {
      return "sliding, \(name) in buckets of \(TimeText.span(bucket)): since \(time(start))"
    }
    guard let end = message.window.end else { return name }
    guard let start = message.window.start else { return "\(name), unless nothing comes before \(time(end))" }
    return "\(name), from \(time(start)) to \(time(end))"
  }

  private func halt(_ halt: StatusMessage.HaltMessage) -> String {
    let by = halt.rule.map { "rule \($0)" } ?? "by \(halt.person ?? "?")"
    let until = HaltEndText.text(until: halt.until, end: halt.ends, timeZone: message.window.timeZone)
    return
      "\(halt.subject.text(alias: halt.alias)), \(by), since \(time(halt.since)), \(until)"
      + (halt.isHeld ? ", held by the brake: not halted yet" : "")
  }

  private func history(_ terminal: OutputTerminal) -> String {
    if message.history.isEmpty { return "" }
    var text = "\nWHAT HAPPENED\n"
    for line in message.history {
      let place = line.file.flatMap { file in line.offset.map { "  \(file):\($0)" } } ?? ""
      // The audit's texts begin with the kind already.
      let said = line.text.hasPrefix(line.kind) ? line.text : "\(line.kind) \(line.text)"
      text += "  \(line.at.rfc3339)  \(said)\(place)".printable + "\n"
    }
    return text
  }

  private func calls(_ calls: CallsMessage, _ terminal: OutputTerminal) -> String {
    let counted = Metric(rawValue: calls.metric) ?? metric
    var text = "\nCALLS   "
    if calls.count == 0, calls.hourCount == 0 { return text + "none in the window\n" }
    text += "\(calls.count.grouped) one by one"
    if calls.hourCount > 0 {
      text +=
        ", and \(counted.text(calls.hourAmount)) before them, summed by the hour (\(Int64(calls.hourCount).grouped))"
    }
    text += ": \(counted.text(calls.amount)) in all\n"
    // All of them once, where none is left out.
    if calls.count <= Int64(calls.newest.count) {
      text += table(calls.newest, counted, terminal)
    } else {
      text += "the newest\n" + table(calls.newest, counted, terminal)
      text += "the largest\n" + table(calls.largest, counted, terminal)
    }
    for hour in calls.hours {
      text +=
        "  hour of \(time(hour.start)): \(counted.text(hour.amount)), \(Metric.requests.text(hour.requests))\n"
    }
    return text
  }

  private func table(_ calls: [CallMessage], _ counted: Metric, _ terminal: OutputTerminal) -> String {
    let whole = table(calls, counted, isShort: false)
    return (whole.fits(terminal) ? whole : table(calls, counted, isShort: true)).text(for: terminal)
  }

  /// - Parameter isShort: records stand below their calls, where they can be copied whole.
  private func table(_ calls: [CallMessage], _ counted: Metric, isShort: Bool) -> OutputTable {
    // Money is what people look for; beside it what the rule counts, where that is something else.
    let hasAmount = ![Metric.spend, .requests, .attempts].contains(counted)
    var columns: [OutputTable.Column] = [.fixed("time"), .number("cost")]
    if hasAmount { columns.append(.number(counted.rawValue, spare: 1)) }
    columns += [.name("model", spare: 2), .name("key", spare: 3), .name("task", spare: 4)]
    var table = OutputTable(isShort ? columns : columns + [.name("record")])
    for call in calls {
      let guess = call.pricedBy == "dearest" ? " (guessed)" : call.isGrowth ? " (more of it)" : ""
      var cells = [call.time.rfc3339, NanoUSD(rawValue: call.costNanoUsd).text + guess]
      if hasAmount { cells.append(call.amount.grouped) }
      let record = call.place?.text ?? ""
      table.add(
        cells + [call.model, call.key, call.task, record],
        below: isShort && !record.isEmpty ? [record] : [])
    }
    return table
  }
}
