/// Gemini CLI's telemetry file: one event a record, its attributes flat. Thoughts and what tools used are beside output and input. (The
/// same call comes again as `gen_ai.client.inference.operation.details`, which says less.)
enum GeminiCLITelemetryFormat: SheetFormat {
  static let name = "gemini-cli-telemetry"
  static let mark = "'attributes' with an 'event.name' that begins with gemini_cli.api_"
  static let sheet = FormatSheet(
    .inclusiveBesideReasoning,
    marks: [.begins(#"attributes."event.name""#, "gemini_cli.api_")],
    [
      .time: [#"attributes."event.timestamp""#],
      .id: [#"attributes."prompt_id""#],
      .detail: [#"attributes."event.timestamp""#],
      .task: [#"attributes."session.id""#],
      .model: [#"attributes."model""#],
      .input: [#"attributes."input_token_count""#],
      .moreInput: [#"attributes."tool_token_count""#],
      .output: [#"attributes."output_token_count""#],
      .cacheRead: [#"attributes."cached_content_token_count""#],
      .reasoning: [#"attributes."thoughts_token_count""#],
      .total: [#"attributes."total_token_count""#],
      .error: [#"attributes."error.message""#, #"attributes."error_type""#],
    ])
}
