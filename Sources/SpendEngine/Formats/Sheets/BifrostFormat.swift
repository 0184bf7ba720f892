/// Bifrost's log rows: written as `processing` first, and again under the same id once they are done. Counts are inclusive.
enum BifrostFormat: SheetFormat {
  static let name = "bifrost"
  static let mark = "'virtual_key_id' and 'token_usage'"
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.has("virtual_key_id"), .has("token_usage")],
    [
      .time: ["timestamp"],
      .id: ["id"],
      .key: ["virtual_key_id"],
      .keyAlias: ["virtual_key_name"],
      .team: ["team_id", "team_name"],
      .task: ["metadata.task", "metadata.session_id"],
      .model: ["model"],
      .input: ["token_usage.prompt_tokens"],
      .output: ["token_usage.completion_tokens"],
      .cacheRead: [
        "token_usage.prompt_tokens_details.cached_read_tokens",
        "token_usage.prompt_tokens_details.cached_tokens",
      ],
      .cacheWrites: ["token_usage.prompt_tokens_details.cached_write_tokens"],
      .reasoning: ["token_usage.completion_tokens_details.reasoning_tokens"],
      .total: ["token_usage.total_tokens"],
      .cost: ["cost"],
      .status: ["status"],
      .maxTokens: ["params.max_tokens", "params.max_completion_tokens"],
    ])
}
