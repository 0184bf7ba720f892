import SpendEngine

/// The tokens of one call in six counts that do not overlap, as our log format has them. A count below zero is taken as zero.
public struct TokenUsage: Hashable, Sendable {
  /// Input without what was read from or written to a cache.
  public var input = 0
  public var cacheRead = 0
  /// Written to a cache that lives five minutes.
  public var cacheWrite5m = 0
  /// Written to a cache that lives an hour.
  public var cacheWrite1h = 0
  /// Output without reasoning.
  public var output = 0
  public var reasoning = 0

  public init(
    input: Int = 0, cacheRead: Int = 0, cacheWrite5m: Int = 0, cacheWrite1h: Int = 0, output: Int = 0,
    reasoning: Int = 0
  ) {
    self.input = input
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.output = output
    self.reasoning = reasoning
  }

  /// From OpenAI's `usage`, where the prompt includes what was cached, and the completion includes reasoning.
  /// - Parameters:
  ///   - promptTokens: `prompt_tokens`, or `input_tokens` of a response.
  ///   - cachedTokens: `prompt_tokens_details.cached_tokens`.
  ///   - completionTokens: `completion_tokens`, or `output_tokens` of a response.
  ///   - reasoningTokens: `completion_tokens_details.reasoning_tokens`.
  public static func openAI(
    promptTokens: Int, cachedTokens: Int = 0, completionTokens: Int, reasoningTokens: Int = 0
  ) -> TokenUsage {
    let cached = max(0, min(cachedTokens, promptTokens))
    let reasoning = max(0, min(reasoningTokens, completionTokens))
    return TokenUsage(
      input: max(0, promptTokens) - cached, cacheRead: cached, output: max(0, completionTokens) - reasoning,
      reasoning: reasoning)
  }

  /// From Anthropic's `usage`, where `input_tokens` is fresh input only, and output includes thinking.
  /// - Parameters:
  ///   - cacheCreation: `cache_creation_input_tokens`, all of it.
  ///   - ephemeral1h: `cache_creation.ephemeral_1h_input_tokens`, the part of it that lives an hour.
  public static func anthropic(
    inputTokens: Int, outputTokens: Int, cacheRead: Int = 0, cacheCreation: Int = 0, ephemeral1h: Int = 0
  ) -> TokenUsage {
    let hour = max(0, min(ephemeral1h, cacheCreation))
    return TokenUsage(
      input: inputTokens, cacheRead: cacheRead, cacheWrite5m: max(0, cacheCreation) - hour,
      cacheWrite1h: hour,
      output: outputTokens)
  }

  /// The counts as the engine has them.
  var buckets: TokenBuckets {
    var buckets = TokenBuckets()
    buckets.freshInput = Int64(max(0, input))
    buckets.cacheRead = Int64(max(0, cacheRead))
    buckets.cacheWrite5m = Int64(max(0, cacheWrite5m))
    buckets.cacheWrite1h = Int64(max(0, cacheWrite1h))
    buckets.output = Int64(max(0, output))
    buckets.reasoning = Int64(max(0, reasoning))
    return buckets
  }
}
