import Foundation
import SpendWatch

/// A line on standard error for work that takes more than a second: only on a terminal, at most ten times a second, gone at the end.
struct OutputProgress {
  private let verb: String
  /// Of the whole work; 0 where that is not known.
  private let bytes: Int64
  private let terminal: OutputTerminal
  private let clock = ContinuousClock()
  private var due: ContinuousClock.Instant
  private var isShown = false

  /// - Parameter verb: `reading`
  init(_ verb: String, bytes: Int64, terminal: OutputTerminal = .standardError) {
    self.verb = verb
    self.bytes = bytes
    self.terminal = terminal
    due = clock.now + .seconds(1)
  }

  mutating func update(_ done: Int64) {
    guard terminal.isTerminal, clock.now >= due else { return }
    due = clock.now + .milliseconds(100)
    isShown = true
    FileHandle.standardError.write(
      Data("\r\u{1b}[K\(line(done).fitted(to: (terminal.width ?? 80) - 1))".utf8))
  }

  mutating func end() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1b}[K".utf8)) }
    isShown = false
  }

  func line(_ done: Int64) -> String {
    guard bytes > 0 else { return "\(verb): \(OutputProgress.size(done))" }
    let share = min(100, Int(Double(done) / Double(bytes) * 100))
    return "\(verb): \(share) %, \(OutputProgress.size(done)) of \(OutputProgress.size(bytes))"
  }

  static func size(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB"] {
      if value < 1_000 { return "\(Int(value)) \(unit)" }
      value /= 1_000
    }
    return "\(Double(Int(value * 10)) / 10) GB"
  }
}
