import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A place where the built program runs: rules, logs and a state in a directory of its own.
final class Site: Sendable {
  let directory = TempDir("site")

  init(rules: String) throws {
    try directory.write("rules.yaml", rules)
    try FileManager.default.createDirectory(atPath: path("logs"), withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { directory.file(name) }

  /// Starts the daemon; returns once it answers and has caught up.
  func watch() throws -> Program {
    let program = try Program(
      ["watch", "--rules", path("rules.yaml"), "--state", path("state")], in: directory)
    let isUp = eventually(within: .seconds(30)) {
      (try? status().isCatchingUp) == false || program.poll() != nil
    }
    #expect(isUp && program.poll() == nil, "\(program.errors)\(program.output)")
    return program
  }

  func status() throws -> StatusMessage {
    try ControlClient(paths: [path("state/control.sock")], timeout: 2_000).status()
  }

  /// Runs a command on this state to its end.
  func run(_ arguments: [String], rules: Bool = false) throws -> Program.Finished {
    try Program.run(
      arguments + ["--state", path("state")] + (rules ? ["--rules", path("rules.yaml")] : []), in: directory)
  }

  /// One call of our own format, now.
  func append(key: String, task: String = "t1", usd: String, to name: String = "logs/a.jsonl") throws {
    try append(
      #"{"time":"\#(WallClock.now.rfc3339)","key":"\#(key)","task":"\#(task)","model":"gpt-5","input_tokens":1000,"#
        + #""output_tokens":10,"cost_usd":\#(usd)}"# + "\n", to: name)
  }

  func append(_ text: String, to name: String = "logs/a.jsonl") throws {
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
