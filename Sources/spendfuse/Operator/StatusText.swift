import SpendEngine
import SpendWatch

/// `status` for people: what needs their eye first.
struct StatusText {
  private let status: StatusMessage
  private let hasFiles: Bool

  /// - Parameter hasFiles: with a line for each file.
  init(_ status: StatusMessage, hasFiles: Bool = false) {
    self.status = status
    self.hasFiles = hasFiles
  }

  func text(for terminal: OutputTerminal) -> String {
    let running =
      status.pid > 0 ? "running (pid \(status.pid))" : terminal.text("NOT RUNNING", .red)
    var text = terminal.joined(
      [
        "spendfuse \(status.version)", running, "state \(status.state.printable)",
        "rules \(status.rulesFile.printable)",
      ], indent: 4)
    text += "\n"
    if status.isCatchingUp {
      let unread = status.sources.reduce(Int64(0)) { $0.addingSaturating($1.unreadBytes) }
      let rest = unread > 0 ? ": \(OutputProgress.size(unread)) to read" : ""
      text += terminal.text("catching up with what was there before\(rest)", .yellow) + "\n"
    }
    if let waiting { text += terminal.text(waiting, .yellow) + "\n" }
    for alarm in status.alarms ?? [] { text += terminal.text("! \(alarm.text.printable)", .red) + "\n" }
    for warning in status.warnings { text += terminal.text("! \(warning.printable)", .yellow) + "\n" }
    for place in status.switches {
      // The fuse itself: whoever looks there sees no new halt.
      guard let since = place.failingSince else { continue }
      let line = "! kill switch \(place.name.printable) fails since \(when(since)): new halts do not reach it"
      text += terminal.text(line, .red) + "\n"
    }
    text +=
      halts(terminal) + rules(terminal) + switches(terminal) + sources(terminal) + files(terminal) + books()
    return terminal.folded(text)
  }

  /// A daemon that has read nothing: what it waits for.
  private var waiting: String? {
    guard status.pid > 0, status.books.read == 0 else { return nil }
    let files = status.sources.reduce(0) { $0 + $1.files }
    if files == 0 {
      return "nothing is read yet: no file matches a source, below; new ones are found within seconds"
    }
    return
      "nothing is read yet: \(files) file\(files == 1 ? " is" : "s are") followed, and no whole record is in \(files == 1 ? "it" : "them")"
  }

  private func halts(_ terminal: OutputTerminal) -> String {
    if status.halts.isEmpty { return "\nHALTS   none\n" }
    var text = "\nHALTS\n"
    for halt in status.halts {
      let who = halt.subject.text(alias: halt.alias)
      let by = halt.rule.map { "rule \($0)" } ?? "by \(halt.person ?? "?")"
      let until = HaltEndText.text(until: halt.until, end: halt.ends, timeZone: zone)
      let held = halt.isHeld ? "held by the brake: not halted yet" : ""
      let line = terminal.joined(
        ["  \(who)", by, "since \(when(halt.since))", until, held].map(\.printable), indent: 4)
      text += line.split(separator: "\n").map { terminal.text(String($0), .red) + "\n" }.joined()
      text += "    \(halt.why.printable)\n"
    }
    return text
  }

  /// Rows of a table, of what may have many more.
  private static let most = 10

  /// An instant as people read it.
  private func when(_ time: EngineTime) -> String { TimeText.people(time, timeZone: zone) }
  private var zone: String { status.timeZone ?? "UTC" }

  private func rules(_ terminal: OutputTerminal) -> String {
    var text = ""
    for rule in status.rules {
      text += "\nRULE \(rule.name.printable)  \(what(rule))\(rule.subjects == 1 ? "" : "s")\n"
      let kind = rule.kind.flatMap(RuleKind.Name.init) ?? .threshold
      let whole = table(rule, kind, isShort: false)
      let table = whole.fits(terminal) ? whole : self.table(rule, kind, isShort: true)
      if !table.isEmpty { text += table.text(for: terminal) }
      let more = rule.subjects - min(rule.top.count, Self.most)
      if more > 0, !table.isEmpty { text += "  … \(more) more\n" }
      for accepted in (rule.accepted ?? []).prefix(Self.most) {
        let step = SpikeStep(before: accepted.before, after: accepted.after)
        let line =
          "  \(accepted.subject.text(alias: accepted.alias)): \(step.text) accepted by \(accepted.by), "
          + "\(when(accepted.at)): \(accepted.why)"
        text += terminal.text(line.printable, .faint) + "\n"
      }
    }
    return text
  }

  /// - Parameter isShort: what a state comes with stands below its row, where it can be read whole.
  private func table(_ rule: StatusMessage.RuleMessage, _ kind: RuleKind.Name, isShort: Bool) -> OutputTable {
    let metric = Metric(rawValue: rule.metric) ?? .spend
    var columns: [OutputTable.Column] = [
      .name("subject"), .number(kind == .threshold ? "used" : "last"), .number("limit"),
    ]
    // A share of a share, of a ceiling, or of what would be unusual, says nothing.
    let hasShare = metric != .errorRatio && kind == .threshold
    if hasShare { columns.append(.number("%", spare: 1)) }
    var table = OutputTable(columns + [.name("state")])
    for standing in rule.top.prefix(Self.most) {
      var cells = [
        standing.subject.text(alias: standing.alias), Self.amount(standing.value, metric),
        Self.amount(standing.limit, metric),
      ]
      if hasShare { cells.append((standing.value.percent(of: standing.limit) ?? 0).grouped) }
      let states = states(standing, kind)
      let (level, details) = (standing.level ?? "", states.dropFirst(standing.level == nil ? 0 : 1))
      table.add(
        cells + [isShort ? level : states.joined(separator: ", ")],
        look: standing.level == "firing" ? .red : states.isEmpty ? .plain : .yellow,
        below: isShort && !details.isEmpty ? [details.joined(separator: ", ")] : [])
    }
    return table
  }

  /// The rule's head names what is counted: `310`, not `310 requests`.
  private static func amount(_ value: Int64, _ metric: Metric) -> String {
    switch metric {
    case .spend, .errorRatio: metric.text(value)
    default: value < 0 ? metric.text(value) : value.grouped
    }
  }

  /// `spend per key, day, enforce  12 subject`
  private func what(_ rule: StatusMessage.RuleMessage) -> String {
    switch rule.kind.flatMap(RuleKind.Name.init) ?? .threshold {
    case .threshold: "\(rule.metric) per \(rule.per), \(rule.window), \(rule.mode)  \(rule.subjects) subject"
    case .ceiling: "\(rule.metric) of each call, \(rule.mode)  \(rule.subjects) alert"
    case .spike:
      "\(rule.metric) per \(rule.per) beyond the usual, \(rule.window), \(rule.mode)  \(rule.subjects) alert"
    }
  }

  /// `80%`, `pending 100 % since 2026-11-24 10:00 UTC`
  private func states(_ standing: StatusMessage.Standing, _ kind: RuleKind.Name) -> [String] {
    var parts = [standing.level ?? ""]
    if let step = standing.pending, let since = standing.pendingSince {
      let percent = step == "firing" ? "100 %" : step.replacing("%", with: " %")
      parts.append("pending \(percent) since \(when(since))")
    }
    if let since = standing.quietSince, let until = standing.quietUntil {
      parts.append("\(kind == .threshold ? "quiet since" : "last") \(when(since)), over \(when(until))")
    }
    parts.append(standing.note)
    if let until = standing.headroomUntil { parts.append("halts again from \(when(until)) on") }
    return parts.filter { !$0.isEmpty }
  }

  private func switches(_ terminal: OutputTerminal) -> String {
    var text = "\nSWITCHES" + (status.switches.isEmpty ? "   none: a halt is only in the state\n" : "\n")
    for place in status.switches {
      if let since = place.failingSince {
        let line = terminal.joined(
          ["  \(place.name)", "failing since \(when(since)): \(place.problem ?? "")"].map(\.printable),
          indent: 4)
        text += line.split(separator: "\n").map { terminal.text(String($0), .red) + "\n" }.joined()
      } else {
        text += "  \(place.name.printable)  ok\n"
      }
      let others = place.foreign
      for foreign in others.prefix(Self.most) {
        text += "    halted by somebody else: \(foreign.printable)\n"
      }
      if others.count > Self.most { text += "    … \(others.count - Self.most) more\n" }
    }
    return text
  }

  private func sources(_ terminal: OutputTerminal) -> String {
    var table = OutputTable([
      .name("source", least: 48), .name("format", spare: 3), .number("files", spare: 2),
      .number("unread", spare: 2), .number("read", spare: 1), .number("folded"),
      .number("duplicate", spare: 4), .number("no usage", spare: 4),
      .number("rejected"),
    ])
    for source in status.sources {
      let mark = source.problem == nil ? "" : "! "
      table.add(
        [
          mark + source.pattern, source.format, Int64(source.files).grouped,
          source.unreadBytes > 0 ? OutputProgress.size(source.unreadBytes) : "0", source.books.read.grouped,
          source.books.folded.grouped, source.books.duplicate.grouped, source.books.noUsage.grouped,
          source.books.rejected.values.reduce(0, +).grouped,
        ], look: source.problem == nil ? .plain : .yellow)
    }
    return "\nSOURCES\n" + table.text(for: terminal) + problems(terminal)
  }

  /// Sources whose records look wrong, and files that cannot be read to their end; of one that is gone and was read, nobody needs to know.
  private func problems(_ terminal: OutputTerminal) -> String {
    let sources = status.sources.compactMap { source in source.problem.map { "! \(source.pattern): \($0)" } }
    let files = status.files.filter { $0.offset < $0.size }
      .compactMap { file in file.problem.map { "\(file.path): \($0)" } }
    let waiting = status.sources.compactMap { source in source.waitsFor.map { "\(source.pattern): \($0)" } }
    let lines = sources + files + waiting
    var text = lines.prefix(Self.most).map { terminal.text("  \($0.printable)", .yellow) + "\n" }.joined()
    if lines.count > Self.most { text += "  … \(lines.count - Self.most) more: see status --json\n" }
    return text
  }

  /// The books of each file, and what they leave out of their source's.
  private func files(_ terminal: OutputTerminal) -> String {
    guard hasFiles else { return "" }
    var table = OutputTable([
      .name("file", least: 48), .number("unread", spare: 2), .number("read", spare: 1), .number("folded"),
      .number("duplicate", spare: 4), .number("no usage", spare: 4), .number("rejected"),
      .number("cut", spare: 5), .number("lost", spare: 5),
    ])
    func add(_ name: String, unread: Int64, _ books: BooksMessage, cut: Int64, lost: Int64) {
      table.add(
        [
          name, unread > 0 ? OutputProgress.size(unread) : "0", books.read.grouped, books.folded.grouped,
          books.duplicate.grouped, books.noUsage.grouped, books.rejected.values.reduce(0, +).grouped,
          cut.grouped, lost > 0 ? OutputProgress.size(lost) : "0",
        ], look: lost > 0 ? .yellow : .plain)
    }
    for file in status.files {
      add(
        file.path, unread: file.unreadBytes ?? 0, file.books, cut: file.truncations ?? 0,
        lost: file.lostBytes ?? 0)
    }
    for source in status.sources {
      let own = status.files.filter { $0.source.map { status.sources[$0].pattern } == source.pattern }
      let cut = (source.truncations ?? 0) - own.reduce(0) { $0 + ($1.truncations ?? 0) }
      let lost = (source.lostBytes ?? 0) - own.reduce(0) { $0 + ($1.lostBytes ?? 0) }
      if let closed = source.closed, source.closedFiles ?? 0 > 0 {
        let count = Int64(source.closedFiles ?? 0)
        add("\(count.grouped) closed of \(source.pattern)", unread: 0, closed, cut: cut, lost: lost)
      }
      if let forgotten = source.forgotten, forgotten.read > 0 {
        add("forgotten of \(source.pattern)", unread: 0, forgotten, cut: 0, lost: 0)
      }
    }
    return "\nFILES\n" + table.text(for: terminal)
  }

  private func books() -> String {
    let books = status.books
    let rejected = books.rejected.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.grouped)" }.joined(
      separator: ", ")
    var text = "\nBOOKS   read \(books.read.grouped) = folded \(books.folded.grouped)"
    text += " + duplicate \(books.duplicate.grouped) + no usage \(books.noUsage.grouped)"
    text += " + rejected \(books.rejected.values.reduce(0, +).grouped)"
    text += rejected.isEmpty ? "\n" : " (\(rejected))\n"
    let notes: [(Int64, String)] = [
      (books.pricedByDearest, "priced by the dearest model"), (books.skewed, "ahead of the clock"),
      (books.late, "too late for their windows"), (books.untimed, "without a time"),
      (books.contradictory, "contradictory"), (books.grew, "grew after they were counted"),
      (books.other ?? 0, "counted as (other): whose they are is not known"),
    ]
    let told = notes.filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
    if !told.isEmpty { text += "        \(told.joined(separator: ", "))\n" }
    if let subjects = status.subjects {
      text += "SUMS    \(Int64(subjects.hot).grouped) ready, \(Int64(subjects.cold).grouped) packed"
      text += " (max_subjects \(Int64(subjects.maxSubjects).grouped))\n"
    }
    text +=
      "ALERTS  \(Int64(status.outbox.pending).grouped) to deliver, \(Int64(status.outbox.dead).grouped) given up\n"
    if let problem = status.commits.problem { text += "STATE   cannot be written: \(problem.printable)\n" }
    return text
  }
}
