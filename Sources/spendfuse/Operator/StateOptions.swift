import ArgumentParser
import SpendWatch

/// Where a state and its rules are; shared by the commands that talk to a daemon.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The rules file. (default: ./rules.yaml, else /etc/spendfuse/rules.yaml)", valueName: "file"),
    completion: .file())
  var rules: String?

  @Option(
    help: ArgumentHelp(
      "The state directory. (default: $STATE_DIRECTORY, else ~/.local/state/spendfuse)", valueName: "dir"),
    completion: .directory)
  var state: String?

  var rulesPath: String { rules ?? ConfigEnvironment.defaultRulesPath() }
  func directory() throws -> StateDirectory {
    if let state { return StateDirectory(state) }
    return try StateDirectory.standard()
  }
  func client() throws -> ControlClient {
    ControlClient(paths: ControlSocket.candidates(try directory(), isDefault: state == nil))
  }
}
