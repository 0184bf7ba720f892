import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

// What the commands do where no daemon answers.
extension StateOptions {
  /// Asks the daemon, or, with none running, does it on its state.
  func perform(ask: (ControlClient) throws -> OperatorReply, command: OperatorCommand) throws {
    let reply: OperatorReply
    do {
      reply = try ask(client())
    } catch let error as ControlError {
      guard case .noDaemon = error else { throw failure(error) }
      let mayMakeState = if case .halt = command { true } else { false }
      reply = try stopped(else: error, mayMakeState: mayMakeState) { state in try state.perform(command) }
    } catch let error as StateError {
      throw failure(error)
    }
    for line in reply.told { print(line.printable) }
    if !reply.changed { throw ExitCode(1) }
  }

  /// Opens the state of a daemon that is down.
  func stopped<Value>(
    else error: ControlError, mayMakeState: Bool = false, _ body: (StoppedState) throws -> Value
  ) throws -> Value {
    let directory = try known()
    // Only a halt that says which rules and which state may begin a new one: looking makes nothing.
    if !(mayMakeState && rules != nil && state != nil) {
      try StateOptions.mustHoldState(directory, after: "\(error), and ")
    }
    let configuration = try loadRules(rules ?? directory.lastRulesPath ?? rulesPath, warns: false)
    do {
      return try body(StoppedState(configuration, directory))
    } catch let error as StateError {
      if case .locked(let holder) = error.kind { throw starting(holder, directory) }
      throw failure(error)
    } catch let error as EngineError {
      throw failure(StartFailure(error))
    }
  }

  /// Says what is where no state is, and what to do.
  /// - Parameter reason: what comes before that.
  static func mustHoldState(_ directory: StateDirectory, after reason: String = "") throws {
    if StatePlace(directory) == .state { return }
    let absence = StateAbsence(directory, arguments: StateOptions.words)
    printError("spendfuse: \(reason)\(absence.lines.joined(separator: "\n"))".printableLines)
    throw ExitCode(1)
  }

  /// The state is held, and nobody listens: seconds, at a start on a large state or at a stop.
  private func starting(_ holder: Int32?, _ directory: StateDirectory) -> ExitCode {
    printError(
      """
      spendfuse: a daemon\(holder.map { " (pid \($0))" } ?? "") has the state \(directory.path.printable) and does not answer yet: it is \
      starting or stopping
      try again in a few seconds; if it stays so, look at its log
      """)
    return ExitCode(1)
  }

  /// The state's directory, or why there is none.
  private func known() throws -> StateDirectory {
    do { return try directory() } catch let error as StateError { throw failure(error) }
  }

  /// The command line without `--state` and its value, as far as it can be shown.
  private static var words: [String] {
    var words: [String] = []
    var skips = false
    for word in CommandLine.arguments.dropFirst() {
      if skips {
        skips = false
      } else if word == "--state" {
        skips = true
      } else if !word.hasPrefix("--state=") {
        words.append(word)
      }
    }
    return words
  }

  func failure(_ error: any Error) -> ExitCode {
    printError("spendfuse: \(String(describing: error).printable)")
    return ExitCode(1)
  }
}

extension String {
  /// Safe for a terminal, line by line.
  fileprivate var printableLines: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(
      separator: "\n")
  }
}
