internal import SpendEngine

extension Engine {
  /// Answers a request as far as the engine can.
  func explain(_ request: ExplainRequest) -> ReaderExplanation {
    let answer = explain(rule: request.rule, subject: request.subject)
    guard case .found(let found) = answer, let at = request.at, at < time else {
      return ReaderExplanation(answer: answer)
    }
    return ReaderExplanation(answer: answer, then: span(of: found.rule.window, at: at))
  }
}

extension ExplainMessage {
  /// Puts together what the engine and the state know.
  init(
    _ reader: ReaderExplanation, _ request: ExplainRequest, _ configuration: Configuration,
    state directory: StateDirectory
  ) throws(ExplainFailure) {
    var found = try reader.answer.get(request)
    if let at = request.at, at > found.time {
      throw ExplainFailure("\(at.rfc3339) has not come yet: it is \(found.time.rfc3339)")
    }
    var kept: StateCalls.Found?
    var notes: [String] = []
    do {
      kept = try StateCalls.read(
        directory, found.rule, found.subject, span: reader.then ?? found.span,
        until: reader.then == nil ? nil : request.at, keep: request.calls)
    } catch {
      notes.append("the calls cannot be read: \(error)")
    }
    if let then = reader.then, let at = request.at {
      guard let kept else { throw ExplainFailure(notes.joined()) }
      found.become(then, at: at, value: kept.calls?.amount ?? 0)
      notes += ExplainMessage.notes(on: kept, found.rule, at: at)
    }
    self.init(found, timeZone: configuration.timeZone)
    calls = kept?.calls
    history = kept?.history ?? []
    self.notes += notes
    if reader.then == nil, let kept { self.notes += ExplainMessage.notes(on: kept, found) }
    self.notes.append(
      "each call with its file and offset: \(ExplainMessage.command(found, request, configuration))")
  }

  /// The replay of the logs that says more.
  private static func command(
    _ found: Explanation, _ request: ExplainRequest, _ configuration: Configuration
  ) -> String {
    let subject = found.subject.per == .global ? "global" : found.subject.names.joined(separator: "+")
    let options = [
      SubjectText.option("rule", found.rule.name), SubjectText.option("subject", subject),
      request.at.map { SubjectText.option("at", $0.rfc3339) },
      SubjectText.option("rules", configuration.path),
    ]
    let logs = configuration.sources.map { SubjectText.shellQuoted($0.pattern) }
    return (["spendfuse explain"] + options.compactMap { $0 } + logs).joined(separator: " ")
  }

  /// What can be said of a value that was put together from what was kept.
  private static func notes(on kept: StateCalls.Found, _ rule: Rule, at: EngineTime) -> [String] {
    var notes = [
      "value and steps are by the times of the calls that are kept, against the limit of now; what was done then is in the history"
    ]
    if kept.partly != 0 {
      notes.append(
        "to the hour: \(rule.metric.text(kept.partly)) of it were spent in hours that lie only partly in the window"
      )
    } else if kept.calls?.hourCount ?? 0 > 0 {
      notes.append("whole hours are summed, and all of them lie in the window: the value is exact")
    }
    if rule.metric == .errorRatio || rule.window == .request {
      notes.append(
        "of a share or of single calls the value at an earlier time cannot be told: replay the logs with --at"
      )
    }
    return notes
  }

  /// Where the calls that are kept do not come to the value: why.
  private static func notes(on kept: StateCalls.Found, _ found: Explanation) -> [String] {
    guard let calls = kept.calls, found.rule.window != .request, found.rule.metric != .errorRatio,
      calls.amount != found.value
    else { return [] }
    var why = "the rule may count since it was added, and the last moments may not be on disk yet"
    if kept.partly != 0 { why = "hours that begin before the window are shown whole" }
    return [
      "the calls shown come to \(found.rule.metric.text(calls.amount)), the rule counts \(found.rule.metric.text(found.value)): \(why)"
    ]
  }
}

extension Explanation {
  /// Turns it into what can be said of an earlier instant: the value, its window and its steps; of the alert's life nothing.
  mutating func become(_ span: Span, at: EngineTime, value: Int64) {
    self.span = span
    self.value = value
    time = at
    (alert, halts, fallsAt, ratio, baseline) = (nil, [], nil, nil, [])
    (isCatchingUp, isPast) = (false, true)
  }
}
