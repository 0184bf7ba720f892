/// Helicone's exported requests: prompt tokens are without what its cache columns say.
enum HeliconeFormat: SheetFormat {
  static let name = "helicone"
  static let mark = "'request_id', 'request_created_at' and 'prompt_tokens'"
  static let sheet = FormatSheet(
    .reasoningInOutput,
    marks: [.has("request_created_at"), .has("prompt_tokens"), .has("request_id")],
    [
      .time: ["response_created_at", "request_created_at"],
      .id: ["request_id"],
      .key: ["request_user_id"],
      .user: ["request_user_id"],
      .task: [
        "properties.task", "request_properties.task", "properties.Helicone-Session-Id",
        "request_properties.Helicone-Session-Id",
      ],
      .model: ["response_model", "model", "request_model"],
      .input: ["prompt_tokens"],
      .output: ["completion_tokens"],
      .cacheRead: ["prompt_cache_read_tokens"],
      .cacheWrites: ["prompt_cache_write_tokens"],
      .total: ["total_tokens"],
      .cost: ["costUSD", "cost"],
      .status: ["response_status"],
      .maxTokens: ["request_body.max_tokens", "request_body.max_completion_tokens"],
      .hit: ["cache_reference_id"],
    ])
}
