/// Messages of Gemini CLI's sessions, written again under their id once their tokens are known. Thoughts and what tools used are beside the output and the input.
enum GeminiCLISessionFormat: SheetFormat {
  static let name = "gemini-cli"
  static let mark = "'type' is gemini, and 'tokens'"
  static let sheet = FormatSheet(
    .inclusiveBesideReasoning,
    marks: [.equals("type", "gemini"), .has("tokens")],
    [
      .time: ["timestamp"],
      .id: ["id"],
      .model: ["model"],
      .input: ["tokens.input"],
      .moreInput: ["tokens.tool"],
      .output: ["tokens.output"],
      .cacheRead: ["tokens.cached"],
      .reasoning: ["tokens.thoughts"],
      .total: ["tokens.total"],
    ])
}
