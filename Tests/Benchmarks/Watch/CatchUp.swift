import Glibc
import SpendWatch
import Support

/// How fast the daemon reads an old log, everything on: state, rules, halts.
enum CatchUp {
  static func rate(lines: Int) throws {
    let stage = try Stage(outputs: "")
    try stage.makeLog("old.jsonl", lines: lines)
    let program = try Program(
      ["watch", "--rules", stage.path("rules.yaml"), "--state", stage.path("state")], in: stage.directory)
    var status: StatusMessage?
    var first: (at: ContinuousClock.Instant, read: Int64)?
    // The socket answers from the reader's loop: its first answer starts the clock, so start-up does not count.
    let isDone = eventually(within: .seconds(120)) {
      guard let message = try? stage.status() else { return program.poll() != nil }
      if first == nil { first = (ContinuousClock.now, message.books.read) }
      status = message
      return message.books.read >= Int64(lines)
    }
    guard isDone, let status, let first else { throw Stage.Failure(description: program.errors) }
    let span = Double(max(1, microseconds(ContinuousClock.now - first.at))) / 1e6
    let read = Double(status.books.read - first.read)
    print(
      "catch-up: \(Int(read)) lines in \(Int(span * 1_000)) ms wall = \(Int(read / span)) lines/s;"
        + " \(Footprint.memory(of: program.pid)); processor \(threads(program.pid))")
    program.kill(SIGTERM)
    _ = program.wait()
  }

  /// Milliseconds by thread.
  private static func threads(_ pid: pid_t) -> String {
    Footprint.processorTimes(of: pid).map { "\($0.name) \($0.milliseconds) ms" }.joined(separator: ", ")
  }
}
