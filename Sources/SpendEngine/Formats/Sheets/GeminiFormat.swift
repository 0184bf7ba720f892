/// Gemini's answers as REST and JavaScript write them. Cached input is in the prompt, thoughts are beside the candidates, and input that tools used is billed too.
enum GeminiFormat: SheetFormat {
  static let name = "gemini"
  static let mark = "'usageMetadata'"
  static let sheet = FormatSheet(
    .inclusiveBesideReasoning,
    marks: [.has("usageMetadata"), .lacks("type")],
    [
      .time: ["createTime"],
      .id: ["responseId"],
      .model: ["modelVersion"],
      .tier: ["usageMetadata.serviceTier"],
      .input: ["usageMetadata.promptTokenCount", "usage_metadata.prompt_token_count"],
      .moreInput: ["usageMetadata.toolUsePromptTokenCount", "usage_metadata.tool_use_prompt_token_count"],
      .cacheRead: ["usageMetadata.cachedContentTokenCount", "usage_metadata.cached_content_token_count"],
      .output: ["usageMetadata.candidatesTokenCount", "usage_metadata.candidates_token_count"],
      .reasoning: ["usageMetadata.thoughtsTokenCount", "usage_metadata.thoughts_token_count"],
      .total: ["usageMetadata.totalTokenCount", "usage_metadata.total_token_count"],
    ])
}
