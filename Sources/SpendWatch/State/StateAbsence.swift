/// No daemon answers, and there is no state to look into either: what is where it was looked for, and the one thing to do next.
package struct StateAbsence: Sendable {
  private let directory: StateDirectory
  private let place: StatePlace
  private let arguments: [String]
  /// Others where a state lies, or may lie.
  private let others: [(directory: StateDirectory, place: StatePlace)]

  /// - Parameters:
  ///   - arguments: of the command without `--state`: `["status"]`.
  ///   - usual: where states are by default.
  package init(
    _ directory: StateDirectory, arguments: [String], usual: [StateDirectory] = StatePlace.usual()
  ) {
    self.directory = directory
    self.arguments = arguments
    place = StatePlace(directory)
    others = usual.filter { $0 != directory }.map { ($0, StatePlace($0)) }
  }

  /// What is the matter, and what to do; plain text.
  package var lines: [String] { [fact, advice] }

  private var fact: String {
    let path = directory.path
    return switch place {
    case .missing: "there is no directory \(path)"
    case .notDirectory: "\(path) is no directory: a state is one, with state.db in it"
    case .closed(let owner):
      "\(path) may not be read by this user\(owner.map { ": it belongs to \($0)" } ?? "")"
    case .empty: "\(path) holds no state: no daemon has run there"
    case .state: "\(path) holds a state"
    }
  }

  private func command(_ state: StateDirectory?, sudo: Bool = false) -> String {
    var words = sudo ? ["sudo", "spendfuse"] : ["spendfuse"]
    words += arguments.map(SubjectText.shellQuoted)
    if let state { words.append(SubjectText.option("state", state.path)) }
    return words.joined(separator: " ")
  }

  private var advice: String {
    if case .closed = place { return "run it as its owner, or as root: \(command(directory, sudo: true))" }
    if let other = others.first(where: { $0.place == .state }) {
      return "there is a state in \(other.directory.path): \(command(other.directory))"
    }
    let closed = others.first { if case .closed = $0.place { true } else { false } }
    if let closed {
      return "\(closed.directory.path), where a daemon of systemd's keeps its own, may be read by root: "
        + command(closed.directory, sudo: true)
    }
    return
      "start a daemon: spendfuse watch --rules rules.yaml, or say with --state DIR where yours keeps its state"
  }
}
