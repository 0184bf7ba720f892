package import SpendEngine

/// What an agent does that retries for ever: each call sends everything that came before once more, and costs more than the last.
package enum DemoLoop {
  package static let key = "ci-bot"
  package static let task = "build-5151"
  package static let model = "claude-opus-5"
  /// Between two calls, by the times in the log; the demo is quicker.
  package static let period: Milliseconds = 20 * .second
  /// Far more than it takes to be halted.
  package static let most = 40

  /// The context of its `number`th call, from 0, in tokens: what it began with, and what failed since.
  package static func context(_ number: Int) -> Int64 { 110_000 + 18_000 * Int64(min(number, most)) }

  /// - Parameter time: of the log line.
  package static func call(_ number: Int, at time: EngineTime) -> DemoCall {
    DemoCall(
      time: time, key: key, task: task, model: model, input: context(number), cacheRead: 0,
      output: 700 + Int64(number % 3) * 150, failed: true)
  }
}
