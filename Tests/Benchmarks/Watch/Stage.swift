import Foundation
import Glibc
import SpendEngine
import SpendWatch
import Support

/// A place where the built program watches: rules, logs and a state in a directory of its own.
final class Stage {
  struct Failure: Error, CustomStringConvertible { var description: String }

  let directory = TempDir("bench")
  private var live: Int32 = -1

  /// - Parameter outputs: the `kill_switch:` and `receivers:` sections.
  init(outputs: String, limit: String = "0.50") throws {
    try directory.write(
      "rules.yaml",
      """
      timezone: UTC
      sources:
        - path: \(path("logs"))/*.jsonl
          format: spendfuse
      rules:
        - name: task-budget
          per: task
          window: lifetime
          limit: 1000000.00
          alert_at: [50%, 80%]
          halt: task
        - name: key-daily-cap
          per: key
          window: day
          limit: \(limit)
          alert_at: [50%, 80%]
          halt: key
          until: reset
        - name: global-daily-cap
          per: global
          window: day
          limit: 100000000.00
      brake: {halts: 1000000, in: 10m}
      \(outputs)

      """)
    try FileManager.default.createDirectory(atPath: path("logs"), withIntermediateDirectories: true)
    live = open(path("logs/live.jsonl"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard live >= 0 else { throw Failure(description: "no log file") }
  }
  deinit { close(live) }

  func path(_ name: String) -> String { directory.file(name) }

  /// Starts the daemon; returns once its socket answers, and if asked, once it has caught up.
  func watch(caughtUp: Bool = true) throws -> Program {
    let program = try Program(
      ["watch", "--rules", path("rules.yaml"), "--state", path("state")], in: directory)
    let isUp = eventually(within: .seconds(60)) {
      guard let status = try? status() else { return program.poll() != nil }
      return !caughtUp || !status.isCatchingUp
    }
    guard isUp, program.poll() == nil else { throw Failure(description: program.errors) }
    return program
  }

  func status() throws -> StatusMessage {
    try ControlClient(paths: [path("state/control.sock")], timeout: 5_000).status()
  }

  static func line(key: String, task: String = "t1", usd: String = "1.00") -> String {
    #"{"time":"\#(WallClock.now.rfc3339)","key":"\#(key)","task":"\#(task)","model":"gpt-5","input_tokens":1000,"#
      + #""output_tokens":10,"cost_usd":\#(usd)}"# + "\n"
  }

  /// Appends a line; when it was handed to the kernel.
  func append(_ line: String) throws -> ContinuousClock.Instant {
    let bytes = Array(line.utf8)
    let start = ContinuousClock.now
    guard write(live, bytes, bytes.count) == bytes.count else { throw Failure(description: "short write") }
    return start
  }

  /// A log of made-up calls of yesterday in logs/NAME, written by the program beside this one.
  func makeLog(_ name: String, lines: Int) throws {
    let yesterday = (WallClock.now + -.day).rfc3339.prefix(10)
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") as NSString
    let maker = Process()
    maker.executableURL = URL(
      fileURLWithPath: (own.deletingLastPathComponent as NSString).appendingPathComponent("EngineBenchmark"))
    maker.arguments = ["corpus", "own", "\(lines)", path("logs/\(name)"), String(yesterday)]
    try maker.run()
    maker.waitUntilExit()
    guard maker.terminationStatus == 0 else { throw Failure(description: "EngineBenchmark made no log") }
  }
}

/// Waits until the next beat of `period`, counted from `start`.
func pace(_ start: ContinuousClock.Instant, _ period: Duration) {
  let left = period - (ContinuousClock.now - start)
  if left > .zero { usleep(UInt32(clamping: microseconds(left))) }
}
