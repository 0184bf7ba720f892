/// Chats of Qwen Code: Gemini's counts in lines of its own.
enum QwenFormat: SheetFormat {
  static let name = "qwen"
  static let mark = "'type' is assistant, and a 'usageMetadata'"
  static let sheet = FormatSheet(
    .inclusiveBesideReasoning,
    marks: [.equals("type", "assistant"), .has("usageMetadata")],
    [
      .time: ["timestamp"],
      .id: ["uuid"],
      .task: ["sessionId"],
      .model: ["model"],
      .input: ["usageMetadata.promptTokenCount", "usage_metadata.prompt_token_count"],
      .moreInput: ["usageMetadata.toolUsePromptTokenCount", "usage_metadata.tool_use_prompt_token_count"],
      .cacheRead: ["usageMetadata.cachedContentTokenCount", "usage_metadata.cached_content_token_count"],
      .output: ["usageMetadata.candidatesTokenCount", "usage_metadata.candidates_token_count"],
      .reasoning: ["usageMetadata.thoughtsTokenCount", "usage_metadata.thoughts_token_count"],
      .total: ["usageMetadata.totalTokenCount", "usage_metadata.total_token_count"],
    ])
}
