import SpendEngine
import SpendWatch

/// `status` for people: what needs their eye first.
struct StatusText {
  private let status: StatusMessage

  init(_ status: StatusMessage) { self.status = status }

  func text(for terminal: OutputTerminal) -> String {
    var text = ""
    let running = status.pid > 0 ? "running (pid \(status.pid))" : "not running"
    text +=
      "spendfuse \(status.version)  \(running)  state \(status.state.printable)  rules \(status.rulesFile.printable)\n"
    if status.isCatchingUp { text += terminal.text("catching up with what was there before\n", .yellow) }
    for warning in status.warnings { text += terminal.text("! \(warning.printable)\n", .yellow) }
    text += halts(terminal) + rules(terminal) + switches(terminal) + sources(terminal) + books()
    return text
  }

  private func halts(_ terminal: OutputTerminal) -> String {
    if status.halts.isEmpty { return "\nHALTS   none\n" }
    var text = "\nHALTS\n"
    for halt in status.halts {
      let who = halt.subject.text(alias: halt.alias)
      let by = halt.rule.map { "rule \($0)" } ?? "by \(halt.person ?? "?")"
      let until = halt.until.map { "until \($0.rfc3339)" } ?? "until somebody lifts it"
      let held = halt.isHeld ? "  held by the brake: not halted yet" : ""
      text +=
        terminal.text("  \(who)  \(by)  since \(halt.since.rfc3339)  \(until)\(held)".printable, .red) + "\n"
      text += "    \(halt.why.printable)\n"
    }
    return text
  }

  private func rules(_ terminal: OutputTerminal) -> String {
    var text = ""
    for rule in status.rules {
      text += "\nRULE \(rule.name.printable)  \(rule.metric) per \(rule.per), \(rule.window), \(rule.mode)"
      text += "  \(rule.subjects) subject\(rule.subjects == 1 ? "" : "s")\n"
      var table = OutputTable([
        .name("subject"), .number("used"), .number("limit"), .number("%"), .name("state"),
      ])
      for standing in rule.top.prefix(10) {
        let metric = Metric(rawValue: rule.metric) ?? .spend
        let state = [standing.level ?? "", standing.note].filter { !$0.isEmpty }.joined(separator: ", ")
        table.add(
          [
            standing.subject.text(alias: standing.alias), metric.text(standing.value),
            metric.text(standing.limit),
            (standing.value.percent(of: standing.limit) ?? 0).grouped, state,
          ], look: standing.level == "firing" ? .red : standing.level == nil ? .plain : .yellow)
      }
      if !table.isEmpty { text += table.text(for: terminal) }
    }
    return text
  }

  private func switches(_ terminal: OutputTerminal) -> String {
    var text = "\nSWITCHES" + (status.switches.isEmpty ? "   none: a halt is only in the state\n" : "\n")
    for place in status.switches {
      if let since = place.failingSince {
        text +=
          terminal.text(
            "  \(place.name)  failing since \(since.rfc3339): \(place.problem ?? "")".printable, .red)
          + "\n"
      } else {
        text += "  \(place.name.printable)  ok\n"
      }
      for foreign in place.foreign { text += "    halted by somebody else: \(foreign.printable)\n" }
    }
    return text
  }

  private func sources(_ terminal: OutputTerminal) -> String {
    var table = OutputTable([
      .name("source"), .name("format"), .number("files"), .number("unread"), .number("read"),
      .number("folded"),
      .number("duplicate", spare: 1), .number("no usage", spare: 1), .number("rejected"),
    ])
    for source in status.sources {
      table.add([
        source.pattern, source.format, "\(source.files)", "\(source.unreadBytes)", "\(source.books.read)",
        "\(source.books.folded)", "\(source.books.duplicate)", "\(source.books.noUsage)",
        "\(source.books.rejected.values.reduce(0, +))",
      ])
    }
    return "\nSOURCES\n" + table.text(for: terminal) + problems(terminal)
  }

  /// Files that cannot be read to their end; of one that is gone and was read, nobody needs to know.
  private func problems(_ terminal: OutputTerminal) -> String {
    let lines = status.files.filter { $0.offset < $0.size }
      .compactMap { file in file.problem.map { "\(file.path): \($0)" } }
    var text = lines.prefix(10).map { terminal.text("  \($0.printable)", .yellow) + "\n" }.joined()
    if lines.count > 10 { text += "  and \(lines.count - 10) more: see status --json\n" }
    return text
  }

  private func books() -> String {
    let books = status.books
    let rejected = books.rejected.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
      separator: ", ")
    var text =
      "\nBOOKS   read \(books.read) = folded \(books.folded) + duplicate \(books.duplicate) + no usage \(books.noUsage)"
    text += " + rejected \(books.rejected.values.reduce(0, +))\(rejected.isEmpty ? "" : " (\(rejected))")\n"
    let notes: [(Int64, String)] = [
      (books.pricedByDearest, "priced by the dearest model"), (books.skewed, "ahead of the clock"),
      (books.late, "too late for their windows"), (books.untimed, "without a time"),
      (books.contradictory, "contradictory"), (books.grew, "grew after they were counted"),
      (books.other ?? 0, "counted as (other): whose they are is not known"),
    ]
    let told = notes.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    if !told.isEmpty { text += "        \(told.joined(separator: ", "))\n" }
    if let subjects = status.subjects {
      text += "SUMS    \(Int64(subjects.hot).grouped) ready, \(Int64(subjects.cold).grouped) packed"
      text += " (max_subjects \(Int64(subjects.maxSubjects).grouped))\n"
    }
    text += "ALERTS  \(status.outbox.pending) to deliver, \(status.outbox.dead) given up\n"
    if let problem = status.commits.problem { text += "STATE   cannot be written: \(problem.printable)\n" }
    return text
  }
}
