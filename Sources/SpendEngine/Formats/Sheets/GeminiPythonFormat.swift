/// The same as Python's SDK dumps it.
enum GeminiPythonFormat: SheetFormat {
  static let name = "gemini-python"
  static let mark = "'usage_metadata' and 'candidates'"
  static let sheet = FormatSheet(
    .inclusiveBesideReasoning,
    marks: [.has("usage_metadata"), .has("candidates")],
    [
      .time: ["create_time"],
      .id: ["response_id"],
      .model: ["model_version"],
      .input: ["usageMetadata.promptTokenCount", "usage_metadata.prompt_token_count"],
      .moreInput: ["usageMetadata.toolUsePromptTokenCount", "usage_metadata.tool_use_prompt_token_count"],
      .cacheRead: ["usageMetadata.cachedContentTokenCount", "usage_metadata.cached_content_token_count"],
      .output: ["usageMetadata.candidatesTokenCount", "usage_metadata.candidates_token_count"],
      .reasoning: ["usageMetadata.thoughtsTokenCount", "usage_metadata.thoughts_token_count"],
      .total: ["usageMetadata.totalTokenCount", "usage_metadata.total_token_count"],
    ])
}
