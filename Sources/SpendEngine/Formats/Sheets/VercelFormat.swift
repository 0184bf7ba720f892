/// Vercel's AI Gateway: OpenAI's shape, with what the call cost, as a number or decimal text.
enum VercelFormat: SheetFormat {
  static let name = "vercel"
  static let mark = "'id' begins with 'gen_', and a 'usage'"
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.begins("id", "gen_"), .has("usage")],
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
      .cost: ["usage.cost", "provider_metadata.gateway.cost", "providerMetadata.gateway.cost"],
    ])
}
