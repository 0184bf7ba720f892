/// Bedrock's model invocation log. Input is without what was cached; the lifetimes of cache writes are in the answer, where that has them.
enum BedrockLogFormat: SheetFormat {
  static let name = "bedrock-log"
  static let mark = "'schemaType' is ModelInvocationLog"
  /// One record a request.
  static let duplicates = Duplicates.none
  static let sheet = FormatSheet(
    .reasoningInOutput,
    marks: [.equals("schemaType", "ModelInvocationLog")],
    [
      .time: ["timestamp"],
      .id: ["requestId"],
      .key: ["identity.arn"],
      .task: ["requestMetadata.task", "requestMetadata.session_id"],
      .team: ["requestMetadata.team"],
      .user: ["requestMetadata.user"],
      .model: ["modelId"],
      .input: ["input.inputTokenCount"],
      .output: ["output.outputTokenCount"],
      .cacheRead: ["input.cacheReadInputTokenCount", "cacheReadInputTokenCount"],
      .cacheWrites: ["input.cacheWriteInputTokenCount", "cacheWriteInputTokenCount"],
      .error: ["errorCode"],
      .maxTokens: ["input.inputBodyJson.max_tokens", "input.inputBodyJson.inferenceConfig.maxTokens"],
    ])
}
