internal import Logging
internal import SpendEngine

/// One demo from the empty log to the resume: the daemon that `watch` runs, in this process, on the files of a `DemoSite`; everything that
/// is shown comes from its log and its control socket. Used by the main thread.
package final class DemoRun {
  /// How quick it is; 1 is for people.
  package struct Pace: Sendable {
    private let factor: Double
    /// - Parameter factor: 1 for people, more for tests: 0.1...20.
    package init(_ factor: Double) { self.factor = factor.isNaN ? 1 : min(max(factor, 0.1), 20) }
    func span(_ milliseconds: Int64) -> Int64 { max(1, Int64(Double(milliseconds) / factor)) }
  }

  private let site: DemoSite
  private let pace: Pace
  private let wait: (Int64) -> Int32?
  private let show: (DemoPicture) -> Void
  private let lines = CollectingLogHandler.Lines()
  private let agent = DemoAgent()
  private var daemon: Daemon?
  private let client: ControlClient
  private let began = WallClock.monotonic
  private var written: Int64 = 0
  private var picture = DemoPicture(
    stage: .starting,
    bars: DemoKey.all.map { .init(name: $0.name, value: 0, limit: $0.limit * NanoUSD.dollar.rawValue) })

  /// Milliseconds between two looks at the watcher.
  private static let period: Int64 = 100
  /// In which the watcher must have answered, read or halted: far more than it needs on a busy machine.
  private static let patience: Int64 = 15_000

  /// - Parameters:
  ///   - wait: waits so many ms for a signal that ends the demo.
  ///   - show: what it looks like now; at most about ten times a second.
  package init(
    _ site: DemoSite, pace: Pace, wait: @escaping (Int64) -> Int32?, show: @escaping (DemoPicture) -> Void
  ) {
    self.site = site
    self.pace = pace
    self.wait = wait
    self.show = show
    client = ControlClient(paths: [site.state.path + "/control.sock"], timeout: 5_000)
  }

  /// Plays it. Throws `DemoFailure` or `DemoInterruption`; `stop` either way.
  /// - Parameter person: who resumes.
  package func play(person: String) throws -> DemoOutcome {
    try startWatcher()
    let day = DemoDay(endingAt: WallClock.now + -(DemoDay.margin))
    try playDay(day)
    try pause(600)
    let before = bar.value
    let outcome = try playLoop(from: day.end, before: before)
    try pause(900)
    try resume(by: person)
    try pause(400)
    return outcome
  }

  /// Ends agent and watcher.
  package func stop() {
    agent.stop()
    daemon?.stop()
    daemon = nil
  }

  // MARK: The story

  private func startWatcher() throws {
    let (configuration, diagnostics) = RulesFile.load(site.rulesPath)
    guard let configuration else {
      throw DemoFailure(description: "the demo's own rules are refused:\n\(Diagnostic.render(diagnostics))")
    }
    let lines = lines
    let logger = Logger(label: "spendfuse") { _ in CollectingLogHandler(into: lines) }
    do { daemon = try Daemon(configuration, directory: site.state, logger: logger) } catch {
      throw DemoFailure(description: "the watcher could not start: \(error)")
    }
    try until("followed the empty log") { !$0.isCatchingUp && $0.sources.first?.files == 1 }
    let limits = picture.bars.count
    say(.watch, "watching \(limits) keys, each with a limit for 24 hours; nothing is spent yet")
  }

  private func playDay(_ day: DemoDay) throws {
    say(
      .day,
      "a made day of their calls begins: \(Int64(day.calls.count).grouped) in a few seconds")
    let length = pace.span(5_000)
    let start = WallClock.monotonic
    var next = 0
    while next < day.calls.count {
      let part = min(1, Double(WallClock.monotonic - start) / Double(length))
      let clock = day.start + Milliseconds(part * Double(day.end - day.start))
      var end = next
      while end < day.calls.count, part >= 1 || day.calls[end].time <= clock { end += 1 }
      if end > next { try site.append(day.calls[next..<end].map(\.line).joined()) }
      written += Int64(end - next)
      next = end
      picture.stage = .day(clock)
      try look(every: min(Self.period, pace.span(Self.period)))
    }
    try untilAllRead()
    let spent = picture.bars.reduce(Int64(0)) { $0.addingSaturating($1.value) }
    let shares = picture.bars.map { ($0.value.percent(of: $0.limit) ?? 0, $0.name) }
    let nearest = shares.max { $0.0 < $1.0 } ?? (0, "")
    say(
      .day,
      "the day is over: \(written.grouped) calls, \(NanoUSD(rawValue: spent).text); "
        + "nearest to its limit is \(nearest.1), at \(nearest.0) %")
  }

  private func playLoop(from time: EngineTime, before: Int64) throws -> DemoOutcome {
    say(
      .loop,
      "\(DemoLoop.key)'s agent fails a step and retries; each call sends all of the last one again")
    do {
      try agent.begin(
        site, from: time + DemoLoop.period, pause: max(60, pace.span(330)), patience: Self.patience)
    } catch { throw DemoFailure(description: "the agent could not start: \(error)") }
    let base = written
    var progress = agent.now
    repeat {
      try look(every: min(Self.period, pace.span(Self.period)))
      progress = agent.now
      written = base + Int64(progress.sent.count)
      if let last = progress.sent.last {
        picture.stage = .loop(call: progress.sent.count, tokens: last.tokens)
      }
    } while !progress.isOver
    if let failure = progress.failure { throw failure }
    guard let seen = progress.seen else {
      let status = try status()
      let problem =
        status.switches.compactMap { $0.problem }.first.map { ", and its switch fails: \($0)" } ?? ""
      throw DemoFailure(
        description:
          "the watcher did not halt \(DemoLoop.key) within \(Self.patience / 1_000) s: it has read "
          + "\(status.books.read) of \(written) lines\(problem); keep what it left with: spendfuse demo --keep"
      )
    }
    try untilAllRead()
    // The line in the log comes after its commit.
    try until("told of the halt") { status in
      status.halts.contains { $0.rule == DemoRules.rule } && self.picture.events.contains { $0.kind == .halt }
    }
    picture.stage = .halted
    var sum = before
    let cause = progress.sent.first { sent in
      sum = sum.addingSaturating(sent.cost.rawValue)
      return sum >= bar.limit
    }
    say(
      .stop, "the agent looks at the halt before its next call, and stops after \(progress.sent.count) calls")
    try look(every: 1)
    return DemoOutcome(
      key: DemoLoop.key, nanoseconds: Int64(clamping: seen - (cause?.steady ?? seen)), value: bar.value,
      limit: bar.limit, calls: progress.sent.count, loopCost: bar.value.subtractingSaturating(before),
      loopSpan: Int64(progress.sent.count) * DemoLoop.period)
  }

  private func resume(by person: String) throws {
    let request = ResumeRequest(
      subject: .key(DemoLoop.key), rule: nil, why: "the loop is fixed", by: person)
    let reply: OperatorReply
    do { reply = try client.resume(request) } catch { throw failure(error) }
    guard reply.changed else {
      throw DemoFailure(description: "nothing was resumed: \(reply.lines.joined(separator: "; "))")
    }
    picture.stage = .resumed
    let halts = HaltFiles(directory: site.haltsPath)
    try until("lifted the halt") { status in
      status.halts.isEmpty
        && !halts.isHalted(key: DemoLoop.key, task: DemoLoop.task, now: WallClock.now)
        && self.picture.events.contains { $0.kind == .resume }
    }
    say(.resume, "its halt file is gone: the next call goes out")
    try look(every: 1)
  }

  // MARK: Looking

  private var bar: DemoPicture.Bar {
    picture.bars.first { $0.name == DemoLoop.key } ?? .init(name: DemoLoop.key, value: 0, limit: 0)
  }

  private func say(_ kind: DemoEvent.Kind, _ text: String) {
    picture.events.append(DemoEvent(at: WallClock.monotonic - began, kind: kind, text: text))
  }

  private func status() throws -> StatusMessage {
    do { return try client.status() } catch { throw failure(error) }
  }

  private func failure(_ error: ControlError) -> DemoFailure {
    DemoFailure(description: "the watcher does not answer: \(error)")
  }

  /// Asks the watcher, shows what it says, and waits.
  @discardableResult
  private func look(every period: Int64) throws -> StatusMessage {
    let status = try status()
    for line in lines.take() {
      picture.events.append(DemoEvent(at: WallClock.monotonic - began, line))
    }
    picture.calls = status.books.read
    let standings = status.rules.first { $0.name == DemoRules.rule }?.top ?? []
    let halted = Set(status.halts.filter { !$0.isHeld }.compactMap { $0.subject.names["key"] })
    for index in picture.bars.indices {
      let name = picture.bars[index].name
      if let standing = standings.first(where: { $0.subject.names["key"] == name }) {
        picture.bars[index].value = standing.value
        picture.bars[index].limit = standing.limit
      }
      picture.bars[index].isResumed =
        picture.bars[index].isHalted && !halted.contains(name)
        || picture.bars[index].isResumed
      picture.bars[index].isHalted = halted.contains(name)
    }
    show(picture)
    if let problem = status.commits.problem {
      throw DemoFailure(
        description: "\(problem); make room there, or name another place: TMPDIR=/var/tmp spendfuse demo")
    }
    if let signal = wait(period) { throw DemoInterruption(signal: signal) }
    return status
  }

  private func pause(_ span: Int64) throws {
    let end = Deadline(milliseconds: pace.span(span))
    repeat { try look(every: min(Self.period, pace.span(span))) } while !end.hasPassed
  }

  private func untilAllRead() throws {
    let written = written
    // A line in its log comes after its commit: whoever stands at a step has been told of.
    try until("read its log") { status in
      let standings = status.rules.flatMap(\.top).count { $0.level != nil }
      return status.books.read >= written
        && self.picture.events.count { [.alert, .halt].contains($0.kind) } >= standings
    }
  }

  @discardableResult
  private func until(_ what: String, _ condition: (StatusMessage) -> Bool) throws -> StatusMessage {
    let deadline = Deadline(milliseconds: Self.patience)
    while true {
      let status = try look(every: 20)
      if condition(status) { return status }
      if deadline.hasPassed {
        throw DemoFailure(
          description:
            "the watcher has not \(what) within \(Self.patience / 1_000) s: is this machine very busy? Keep what "
            + "it left with: spendfuse demo --keep")
      }
    }
  }
}
