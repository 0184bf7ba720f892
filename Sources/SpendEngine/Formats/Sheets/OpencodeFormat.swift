/// opencode's stored messages. Input is without what was cached; reasoning is beside the output.
enum OpencodeFormat: SheetFormat {
  static let name = "opencode"
  static let mark = "'role' is assistant, and 'tokens.cache'"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.equals("role", "assistant"), .has("tokens.cache")],
    [
      .time: ["time.completed", "time.created"],
      .id: ["id"],
      .task: ["sessionID"],
      .model: ["modelID"],
      .input: ["tokens.input"],
      .output: ["tokens.output"],
      .cacheRead: ["tokens.cache.read"],
      .cacheWrites: ["tokens.cache.write"],
      .reasoning: ["tokens.reasoning"],
      .cost: ["cost"],
      .error: ["error"],
    ])
}
