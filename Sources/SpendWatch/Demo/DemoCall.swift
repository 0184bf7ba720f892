package import SpendEngine

/// One made call, as a service would log it: a line of spendfuse's own format.
package struct DemoCall: Sendable, Hashable {
  package var time: EngineTime
  package var key: String
  package var task: String
  package var model: String
  /// Without what was read from a cache.
  package var input: Int64
  package var cacheRead: Int64
  package var output: Int64
  package var failed = false

  /// By the list that the watcher prices it by.
  package var cost: NanoUSD {
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead, tokens.output) = (input, cacheRead, output)
    return PriceTable.bundled.cost(of: tokens, row: PriceTable.bundled.row(for: model).row)
  }

  /// With its line end. What it costs is not in it: the price list says.
  package var line: String {
    """
    {"time":"\(time.rfc3339)","key":"\(key)","task":"\(task)","model":"\(model)","input_tokens":\(input),\
    "cache_read_tokens":\(cacheRead),"output_tokens":\(output)\(failed ? #","status":"error""# : "")}

    """
  }
}
