/// LangSmith's exported runs of kind `llm`. Counts are inclusive; the cost is decimal text, times are UTC without saying so.
enum LangSmithFormat: SheetFormat {
  static let name = "langsmith"
  static let mark = "'run_type' is llm"
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.equals("run_type", "llm")],
    [
      .time: ["end_time", "start_time"],
      .id: ["id"],
      .task: ["extra.metadata.thread_id", "thread_id", "extra.metadata.session_id", "tags", "trace_id"],
      .user: ["extra.metadata.user_id"],
      .model: ["extra.metadata.ls_model_name", "extra.invocation_params.model"],
      .input: ["prompt_tokens", "outputs.usage_metadata.input_tokens"],
      .output: ["completion_tokens", "outputs.usage_metadata.output_tokens"],
      .cacheRead: ["outputs.usage_metadata.input_token_details.cache_read"],
      .cacheWrites: ["outputs.usage_metadata.input_token_details.cache_creation"],
      .reasoning: ["outputs.usage_metadata.output_token_details.reasoning"],
      .total: ["total_tokens", "outputs.usage_metadata.total_tokens"],
      .cost: ["total_cost"],
      .error: ["error"],
      .maxTokens: ["extra.metadata.ls_max_tokens"],
    ])
}
