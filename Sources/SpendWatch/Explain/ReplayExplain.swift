package import SpendEngine

extension Replay {
  /// What an explanation from logs is made of.
  package struct Explained: Sendable {
    package var message: ExplainMessage
    /// Logs that could not be read, or not to their end.
    package var problems: [LogProblem]
  }

  /// Where a subject of a rule stood at an instant, by the engine itself, with each call's file and offset.
  /// - Parameter timeZone: of the rules.
  /// - Throws: `ExplainFailure`, `EngineError`.
  package func explain(
    _ request: ExplainRequest, _ paths: [LogPath], format: Format?, fingerprintKey: (UInt64, UInt64),
    timeZone: String, progress: (Int64) -> Void = { _ in }
  ) throws -> Explained {
    let recorder = CallRecorder(request)
    var told: [(decision: Decision, log: String?)] = []
    let summary = try run(
      paths, format: format, fingerprintKey: fingerprintKey, until: request.at, recorder: recorder,
      progress: progress
    ) { decision, log in
      if decision.rule == request.rule { told.append((decision, log)) }
    }
    guard let answer = recorder.answer else { throw ExplainFailure("nothing was replayed") }
    let found = try answer.get(request)
    var message = ExplainMessage(found, timeZone: timeZone)
    message.calls = recorder.calls
    message.history = told.filter { $0.decision.subject == found.subject }.suffix(Explained.mostLines).map {
      let decision = $0.decision
      var text = decision.usage
      if decision.kind == .alert { text = "\(decision.level.name): \(text)" }
      if let target = decision.target, target != decision.subject { text = "\(target.text): \(text)" }
      if !decision.note.isEmpty { text += ": \(decision.note)" }
      return HistoryMessage(
        at: decision.at, kind: decision.kind.rawValue, text: text,
        place: decision.file == nil ? nil : $0.log.map { LogPlace(file: $0, offset: decision.offset) })
    }
    message.notes.append(
      request.at == nil
        ? "as of the last record of these logs; what a daemon decided may differ, since it saw them as they came"
        : "replayed from these logs up to then; what a daemon decided may differ, since it saw them as they came"
    )
    return Explained(message: message, problems: summary.problems)
  }
}

extension Replay.Explained {
  /// Decisions at most: the newest.
  fileprivate static let mostLines = 10
}
