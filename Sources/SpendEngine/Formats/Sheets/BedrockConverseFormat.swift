/// Answers of Bedrock's Converse as an SDK dumps them. Input is without what was cached; the model is not in them, nor a time but in a
/// header.
enum BedrockConverseFormat: SheetFormat {
  static let name = "bedrock-converse"
  static let mark = "'usage.inputTokens' and 'ResponseMetadata'"
  static let sheet = FormatSheet(
    .reasoningInOutput,
    marks: [.has("usage.inputTokens"), .has("ResponseMetadata")],
    [
      .id: ["ResponseMetadata.RequestId"],
      .input: ["usage.inputTokens"],
      .output: ["usage.outputTokens"],
      .cacheRead: ["usage.cacheReadInputTokens"],
      .cacheWrites: ["usage.cacheWriteInputTokens"],
      .writeDetails: ["usage.cacheDetails"],
      .total: ["usage.totalTokens"],
      .status: ["ResponseMetadata.HTTPStatusCode"],
    ])
}
