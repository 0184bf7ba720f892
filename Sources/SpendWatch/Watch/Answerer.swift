internal import SpendEngine
internal import Synchronization

/// Answers requests on the control socket: asks the threads and puts their answers together. Runs on the socket's own threads.
struct Answerer: Sendable {
  let mailbox: Mailbox<ReaderMessage>
  let state: StateThread
  let halts: HaltsThread
  let alerts: AlertsThread
  let configuration: Daemon.Current
  let directory: StateDirectory
  let startedAt: EngineTime

  /// Milliseconds that the reader may take.
  private static let patience: Int64 = 5_000

  func answer(_ request: ControlRequest) -> ControlReply {
    switch request.endpoint {
    case .status: return status()
    case .halt:
      guard let asked = try? ControlJSON.decode(HaltRequest.self, from: request.body),
        let command = asked.command
      else {
        return .failure(400, "the halt names no subject that can be halted")
      }
      return perform(command)
    case .resume:
      guard let asked = try? ControlJSON.decode(ResumeRequest.self, from: request.body),
        let command = asked.command
      else { return .failure(400, "the resume names neither a subject nor a rule, or its headroom twice") }
      return perform(command)
    case .explain:
      guard let asked = try? ControlJSON.decode(ExplainRequest.self, from: request.body) else {
        return .failure(400, "the request names no rule and subject")
      }
      return explain(asked)
    default: return .failure(404, "no such path")
    }
  }

  private func explain(_ request: ExplainRequest) -> ControlReply {
    guard let answer = try? Answer<ReaderExplanation>() else { return .failure(503, "no descriptor is left") }
    mailbox.send(.explain(request, answer))
    guard let reader = answer.wait(timeout: Answerer.patience) else {
      return .failure(503, "the reader is busy and did not answer within \(Answerer.patience / 1_000) s")
    }
    let current = configuration.value.withLock { $0 }
    do throws(ExplainFailure) {
      return .json(try ExplainMessage(reader, request, current, state: directory))
    } catch {
      return .failure(404, error.description)
    }
  }

  private func perform(_ command: OperatorCommand) -> ControlReply {
    guard let answer = try? Answer<OperatorReply>() else { return .failure(503, "no descriptor is left") }
    mailbox.send(.perform(command, answer))
    guard var reply = answer.wait(timeout: Answerer.patience) else {
      return .failure(
        503,
        "the reader is busy and did not answer; the command may still be carried out: see `spendfuse status`")
    }
    if case .resume(let subject, nil, _, _, _) = command {
      // A resume that names a subject also takes away what others wrote about it.
      reply.add(halts.liftForeign(reply.subject ?? subject, timeout: Answerer.patience))
    }
    return .json(OperatorMessage(reply))
  }

  private func status() -> ControlReply {
    guard let answer = try? Answer<ReaderStatus>() else { return .failure(503, "no descriptor is left") }
    mailbox.send(.status(top: 20, answer))
    guard let reader = answer.wait(timeout: Answerer.patience) else {
      return .failure(503, "the reader is busy and did not answer within \(Answerer.patience / 1_000) s")
    }
    let current = configuration.value.withLock { $0 }
    var message = StatusMessage(
      reader.engine, state: directory.path, pid: processID(), startedAt: startedAt)
    message.add(reader, sources: current.sources, forgotten: reader.forgotten)
    message.rulesFile = current.path
    message.timeZone = current.timeZone
    if let refusal = configuration.refusal.withLock({ $0 }) { message.warnings.append(refusal) }
    if let board = halts.status { message.switches = board.switches.map(StatusMessage.SwitchMessage.init) }
    let health = state.health
    message.outbox = .init(pending: health.outbox.pending, dead: health.outbox.dead)
    message.commits = .init(sequence: health.sequence, at: health.lastCommit, problem: health.error)
    let behind = reader.engine.time - WallClock.now
    if behind > .minute {
      message.warnings.append(
        "the clock is \(behind / .second) s behind engine time, which stands still until it catches up: set the clock right, or "
          + "stop the daemon and move the state away to count anew")
    }
    message.add(health, isPaused: reader.isPaused)
    for receiver in alerts.health where receiver.failingSince != nil {
      message.warnings.append("receiver \(receiver.name) fails: \(receiver.lastError)")
    }
    return .json(message)
  }
}
