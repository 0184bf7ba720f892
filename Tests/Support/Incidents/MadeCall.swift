package import SpendEngine
internal import SpendWatch

/// One made-up call, with all that a rule may look at.
package struct MadeCall: Sendable, Hashable {
  package var time: EngineTime
  package var task: String
  package var input: Int64
  package var output: Int64
  package var isError = false
  /// What it costs more than its tokens say.
  package var times: Int64 = 1

  package init(time: EngineTime, task: String, input: Int64, output: Int64) {
    (self.time, self.task, self.input, self.output) = (time, task, input, output)
  }

  /// Nano-dollars, at 3 and 15 USD a million.
  package var cost: Int64 { (input * 3_000 + output * 15_000) * times }

  /// A line of our own format.
  package func line(key: String) -> String {
    var object = JSONObject()
    object.add("time", time.rfc3339)
    object.add("key", key)
    object.add("task", task)
    object.add("model", "claude-sonnet-4-5")
    object.add("input_tokens", input)
    object.add("output_tokens", output)
    object.add("status", isError ? "error" : "success")
    let cost = NanoUSD(rawValue: cost).decimal
    return object.text.dropLast() + ",\"cost_usd\":\(cost)}"
  }
}
