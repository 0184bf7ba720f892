/// Spans that Copilot's CLI writes to a file. Counts are inclusive; its own cost is in premium requests, not in money.
enum CopilotFormat: SheetFormat {
  static let name = "copilot"
  static let mark = "'type' is span, and flat 'attributes' with 'gen_ai.usage.*'"
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.equals("type", "span"), .has(#"attributes."gen_ai.usage.input_tokens""#)],
    [
      .time: ["endTime", "startTime"],
      .id: [#"attributes."gen_ai.response.id""#],
      .task: [#"attributes."gen_ai.conversation.id""#],
      .model: [#"attributes."gen_ai.response.model""#, #"attributes."gen_ai.request.model""#],
      .input: [#"attributes."gen_ai.usage.input_tokens""#],
      .output: [#"attributes."gen_ai.usage.output_tokens""#],
      .cacheRead: [#"attributes."gen_ai.usage.cache_read.input_tokens""#],
      .cacheWrites: [#"attributes."gen_ai.usage.cache_creation.input_tokens""#],
      .reasoning: [#"attributes."gen_ai.usage.reasoning.output_tokens""#],
    ])
}
