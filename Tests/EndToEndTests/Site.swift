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

  /// Starts the daemon.
  /// - Parameter wrapper: a program with its arguments that runs the rest of its command line.
  func start(_ environment: [String: String] = [:], under wrapper: [String] = []) throws -> Program {
    try Program(
      ["watch", "--rules", path("rules.yaml"), "--state", path("state")], in: directory,
      environment: environment, under: wrapper)
  }

  /// Starts the daemon; returns once it answers and has caught up.
  func watch(_ environment: [String: String] = [:]) throws -> Program {
    let program = try start(environment)
    let isUp = eventually(within: .seconds(60)) {
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
    try append(Site.line(key: key, task: task, usd: usd), to: name)
  }

  static func line(key: String, task: String = "t1", usd: String) -> String {
    #"{"time":"\#(WallClock.now.rfc3339)","key":"\#(key)","task":"\#(task)","model":"gpt-5","input_tokens":1000,"#
      + #""output_tokens":10,"cost_usd":\#(usd)}"# + "\n"
  }

  func append(_ text: String, to name: String = "logs/a.jsonl") throws {
    try append(Array(text.utf8), to: name)
  }

  func append(_ bytes: [UInt8], to name: String = "logs/a.jsonl") throws {
    try FileManager.default.createDirectory(
      atPath: (path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    #expect(descriptor >= 0)
    defer { close(descriptor) }
    #expect(write(descriptor, bytes, bytes.count) == bytes.count)
  }
}
