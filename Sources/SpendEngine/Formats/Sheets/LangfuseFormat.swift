/// Langfuse's exported observations: its SDKs have taken out of `input` and `output` what stands under keys of its own.
enum LangfuseFormat: SheetFormat {
  static let name = "langfuse"
  static let mark = "'usageDetails' and 'traceId'"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.has("usageDetails"), .has("traceId")],
    [
      .time: ["endTime", "startTime"],
      .id: ["id"],
      .user: ["userId"],
      .task: ["tags", "sessionId"],
      .model: ["model"],
      .input: ["usageDetails.input"],
      .output: ["usageDetails.output"],
      .cacheRead: [
        "usageDetails.input_cache_read", "usageDetails.input_cached_tokens",
        "usageDetails.cache_read_input_tokens",
      ],
      .cacheWrites: ["usageDetails.input_cache_creation", "usageDetails.cache_creation_input_tokens"],
      .reasoning: ["usageDetails.output_reasoning", "usageDetails.output_reasoning_tokens"],
      .total: ["usageDetails.total"],
      .cost: ["totalCost", "calculatedTotalCost"],
      .status: ["level"],
      .maxTokens: ["modelParameters.max_tokens", "modelParameters.max_completion_tokens"],
    ])
}
