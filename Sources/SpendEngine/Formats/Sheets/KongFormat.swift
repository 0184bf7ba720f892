/// Log plugins' records of Kong's AI proxy. Counts are inclusive; its cost leaves cached tokens out of account, and is 0 where no prices are set.
enum KongFormat: SheetFormat {
  static let name = "kong"
  static let mark = "'ai.proxy.usage' (or of 'ai-proxy') and 'started_at'"
  /// One record a request.
  static let duplicates = Duplicates.none
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.has("ai"), .has("started_at"), .has("request")],
    [
      .time: ["started_at"],
      .id: ["request.id"],
      .key: ["consumer.id", "consumer.username"],
      .keyAlias: ["consumer.username"],
      .model: [
        "ai.proxy.meta.response_model", "ai.ai-proxy.meta.response_model",
        "ai.ai-proxy-advanced.meta.response_model", "ai.proxy.meta.request_model",
        "ai.ai-proxy.meta.request_model", "ai.ai-proxy-advanced.meta.request_model",
      ],
      .input: [
        "ai.proxy.usage.prompt_tokens", "ai.ai-proxy.usage.prompt_tokens",
        "ai.ai-proxy-advanced.usage.prompt_tokens",
      ],
      .output: [
        "ai.proxy.usage.completion_tokens", "ai.ai-proxy.usage.completion_tokens",
        "ai.ai-proxy-advanced.usage.completion_tokens",
      ],
      .cacheRead: [
        "ai.proxy.usage.prompt_tokens_details.cached_tokens",
        "ai.ai-proxy.usage.prompt_tokens_details.cached_tokens",
        "ai.ai-proxy-advanced.usage.prompt_tokens_details.cached_tokens",
      ],
      .reasoning: [
        "ai.proxy.usage.completion_tokens_details.reasoning_tokens",
        "ai.ai-proxy.usage.completion_tokens_details.reasoning_tokens",
        "ai.ai-proxy-advanced.usage.completion_tokens_details.reasoning_tokens",
      ],
      .total: [
        "ai.proxy.usage.total_tokens", "ai.ai-proxy.usage.total_tokens",
        "ai.ai-proxy-advanced.usage.total_tokens",
      ],
      .cost: ["ai.proxy.usage.cost", "ai.ai-proxy.usage.cost", "ai.ai-proxy-advanced.usage.cost"],
      .status: ["response.status"],
      .hit: [
        "ai.proxy.cache.cache_status", "ai.ai-proxy.cache.cache_status",
        "ai.ai-proxy-advanced.cache.cache_status",
      ],
    ],
    cost: .wrongWithCache, hits: ["Hit", "hit", "HIT"])
}
