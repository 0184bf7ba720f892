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
      throw ValidationError("--key, --task and --all exclude each other: give one of them")
    }
    for (option, name) in [("--key", key), ("--task", task)] where name?.isEmpty == true {
      throw ValidationError("\(option) is empty: name whom you mean")
    }
    if let subject, !subject.canBeHalted {
      throw ValidationError(
        "'\(subject.names.joined().printable)' stands for nobody in particular and cannot be halted: name a key or a task, or give --all"
      )
    }
  }

  /// nil where nobody is named.
  var subject: Subject? { all ? .global : key.map(Subject.key) ?? task.map(Subject.task) }
}

/// Who does it, and why: the audit keeps both.
struct PersonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Why; goes into the audit and to the receivers.", valueName: "text"))
  var why: String
  @Option(help: ArgumentHelp("Who you are. (default: $SUDO_USER, else $USER)", valueName: "name"))
  var by: String?

  func validate() throws {
    if why.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
      throw ValidationError("--why is empty: it goes into the audit, so say something")
    }
  }

  var name: String {
    let environment = ProcessInfo.processInfo.environment
    let known = [by, environment["SUDO_USER"], environment["USER"]].compactMap { $0 }.first { !$0.isEmpty }
    return known ?? NSUserName()
  }
}

/// `90s`, `30m`, `2h`, `7d` in ms.
func span(_ text: String) throws -> Milliseconds {
  guard let span = Milliseconds(span: text), span > 0, span <= Milliseconds.longestSpan else {
    throw ValidationError("it is no span of time; write one as 90s, 30m, 2h or 7d")
  }
  return span
}
