import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

/// Whom a person means.
struct SubjectOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A key, by id or alias.", valueName: "key"))
  var key: String?
  @Option(help: ArgumentHelp("A task.", valueName: "task"))
  var task: String?
  @Flag(help: "Everything: the global circuit breaker.")
  var all = false

  func validate() throws {
    if [key != nil, task != nil, all].filter({ $0 }).count > 1 {
      throw ValidationError("--key, --task and --all exclude each other")
    }
  }

  /// nil where nobody is named.
  func subject() throws -> Subject? {
    let subject = all ? .global : key.map(Subject.key) ?? task.map(Subject.task)
    if let subject, !subject.canBeHalted {
      throw ValidationError(
        "'\(subject.names.joined())' stands for nobody in particular: it cannot be halted")
    }
    return subject
  }
}

/// Who does it, and why: the audit keeps both.
struct PersonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why; goes into the audit and to the receivers.", valueName: "text"))
  var why: String
  @Option(help: ArgumentHelp("Who you are. (default: $SUDO_USER, else $USER)", valueName: "name"))
  var by: String?

  func validate() throws {
    if why.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
      throw ValidationError("--why must say something")
    }
  }

  var name: String { PersonOptions.name(by: by) }

  /// - Parameter by: as it was said; else who runs this.
  static func name(by: String?) -> String {
    let environment = ProcessInfo.processInfo.environment
    let known = [by, environment["SUDO_USER"], environment["USER"]].compactMap { $0 }.first { !$0.isEmpty }
    return known ?? NSUserName()
  }
}

/// `90s`, `30m`, `2h`, `7d` in ms.
func span(_ text: String) throws -> Milliseconds {
  guard let span = Milliseconds(span: text), span > 0, span <= Milliseconds.longestSpan else {
    throw ValidationError("'\(text.printable)' is no span of time; write one as 90s, 30m, 2h or 7d")
  }
  return span
}

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
    }
    for line in reply.lines { print(line.printable) }
    if !reply.changed { throw ExitCode(1) }
  }

  /// Opens the state of a daemon that is down.
  func stopped<Value>(
    else error: ControlError, mayMakeState: Bool = false, _ body: (StoppedState) throws -> Value
  ) throws -> Value {
    let directory = try directory()
    // Only a halt that says which rules and which state may begin a new one: looking makes nothing.
    guard
      FileManager.default.fileExists(atPath: directory.databasePath)
        || mayMakeState && rules != nil && state != nil
    else {
      printError(
        """
        spendfuse: \(error), and there is no state in \(directory.path.printable)
        Name the state of your daemon with --state DIR (under systemd it is /var/lib/spendfuse), or start one: spendfuse watch
        """)
      throw ExitCode(1)
    }
    let configuration = try loadRules(rules ?? directory.lastRulesPath ?? rulesPath)
    do {
      return try body(StoppedState(configuration, directory))
    } catch let error as StateError {
      throw failure(error)
    } catch let error as EngineError {
      throw failure(error)
    }
  }

  func failure(_ error: any Error) -> ExitCode {
    printError("spendfuse: \(String(describing: error).printable)")
    return ExitCode(1)
  }
}
