/// What `opencode run --format json` prints at the end of each step. It does not say the model.
enum OpencodeRunFormat: SheetFormat {
  static let name = "opencode-run"
  static let mark = "'type' is step_finish, and 'part.tokens'"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.equals("type", "step_finish"), .has("part.tokens")],
    [
      .time: ["timestamp"],
      .id: ["part.id"],
      .task: ["sessionID", "part.sessionID"],
      .input: ["part.tokens.input"],
      .output: ["part.tokens.output"],
      .cacheRead: ["part.tokens.cache.read"],
      .cacheWrites: ["part.tokens.cache.write"],
      .reasoning: ["part.tokens.reasoning"],
      .cost: ["part.cost"],
    ])
}
