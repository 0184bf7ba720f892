/// OpenRouter's completions: OpenAI's shape, with what the call cost. Where the caller's own key paid the provider, that comes on top.
enum OpenRouterFormat: SheetFormat {
  static let name = "openrouter"
  static let mark = "'id' begins with 'gen-', and a 'usage'"
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.begins("id", "gen-"), .has("usage")],
    [
      .time: ["created"],
      .id: ["id"],
      .user: ["user"],
      .task: ["metadata.task", "metadata.session_id"],
      .model: ["model"],
      .input: ["usage.prompt_tokens"],
      .output: ["usage.completion_tokens"],
      .cacheRead: ["usage.prompt_tokens_details.cached_tokens"],
      .cacheWrites: ["usage.prompt_tokens_details.cache_write_tokens"],
      .reasoning: ["usage.completion_tokens_details.reasoning_tokens"],
      .total: ["usage.total_tokens"],
      .cost: ["usage.cost"],
      .moreCost: ["usage.cost_details.upstream_inference_cost"],
      .hasMoreCost: ["usage.is_byok"],
    ])
}
