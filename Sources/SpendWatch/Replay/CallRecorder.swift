package import SpendEngine

/// Keeps, during a replay, the calls of one rule's subject with their places, and at the end what the engine says of it. Every record that
/// is folded makes one event, in order: so the places that are noted meet their events when the journal is taken out.
package final class CallRecorder {
  private let request: ExplainRequest
  private var rule: Rule?
  private var meant: [Subject] = []
  private var calendar: CalendarTable?
  private var files: [String] = []
  private var noted: ArraySlice<(file: Int, offset: Int64)> = []
  private var series: SeriesID?
  /// Of a calendar window by the start of the period; of the others one.
  private var periods: [EngineTime: SubjectCalls] = [:]
  /// Of a sliding window: calls that may still be in it.
  private var recent: ArraySlice<SubjectCalls.Call> = []

  package private(set) var answer: ExplainAnswer?
  package private(set) var calls: CallsMessage?

  package init(_ request: ExplainRequest) { self.request = request }

  func begin(_ rules: RuleSet, logs: [LogPath]) {
    files = logs.map(\.path)
    rule = rules.rules.first { $0.name == request.rule }
    meant = rule?.per.subjects(written: request.subject) ?? []
    calendar = rule?.window.calendar.flatMap { rules.calendars[$0] }
  }

  /// A record was folded.
  /// - Parameters:
  ///   - log: its number.
  ///   - offset: where it begins, in bytes.
  func note(_ log: Int, _ offset: Int64) {
    guard !meant.isEmpty else { return }
    noted.append((log, offset))
  }

  /// The event of the earliest record that was noted and has none.
  func add(_ event: UsageEvent, _ engine: borrowing Engine) {
    guard let rule, let (file, offset) = noted.popFirst() else { return }
    if series == nil { series = engine.number(of: meant) }
    guard let series, engine.isOf(rule.per, series, event) else { return }
    let place = LogPlace(file: files[file], offset: offset)
    switch rule.window {
    case .calendar:
      let start = calendar?.period(of: event.time).start ?? .distantPast
      keep(start) { $0.add(event, at: place) }
      // The current period and its neighbours are enough: the engine knows no others.
      if periods.count > 4, let oldest = periods.keys.min() { periods[oldest] = nil }
    case .lifetime:
      keep(.distantPast) {
        $0.follow(event)
        $0.add(event, at: place)
      }
    case .request: keep(.distantPast) { $0.add(event, at: place) }
    case .sliding:
      let metric = SubjectCalls.counted(by: rule.metric)
      recent.append(.init(event: event, amount: event.amount(metric), place: place))
      let start = engine.span(of: rule.window, at: engine.time).start ?? .distantPast
      while let first = recent.first, first.event.time < start { recent.removeFirst() }
    }
  }

  private func keep(_ start: EngineTime, _ add: (inout SubjectCalls) -> Void) {
    guard let rule else { return }
    add(&periods[start, default: SubjectCalls(rule.metric, keep: request.calls)])
  }

  func end(_ engine: borrowing Engine) {
    let answer = engine.explain(rule: request.rule, subject: request.subject)
    self.answer = answer
    guard case .found(let found) = answer else { return }
    var calls = SubjectCalls(found.rule.metric, keep: request.calls)
    if found.rule.window.slides {
      for call in recent where found.span.contains(call.event.time + -call.event.ahead) {
        calls.add(call.event, at: call.place)
      }
    } else if let kept = periods[
      found.rule.window.calendar == nil ? .distantPast : found.span.start ?? .distantPast]
    {
      calls = kept
    }
    self.calls = engine.message(calls)
  }
}

extension Engine {
  fileprivate func message(_ calls: SubjectCalls) -> CallsMessage { CallsMessage(calls, intake.names) }
}
