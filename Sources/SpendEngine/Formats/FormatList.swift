// To add a format:
// 1. Where a record holds one call: a file in `Sheets`, with a table of what stands where (see `HeliconeFormat`): what its counts include
//    (`TokenConvention`), which marks a record of it has, and for each field the paths where it may stand, as `FieldPath` reads them. What
//    the table cannot say, `adjust` does (see `ClineFormat`). Where records say something of others: a type like `CodexFormat`.
// 2. A line in the list below: before any format whose marks its records also have.
// 3. A folder `Tests/Scenarios/formats/NAME` with `sample.jsonl`, lines of the real program without anything private, and `events.jsonl`,
//    of which the first line is `{"format":"NAME"}`; SPENDFUSE_WRITE_EXPECTED=1 writes the rest: check each number by hand. All tests of
//    formats run on it from then on.
// 4. A row in the README's table.

extension Format {
  /// In the order in which `auto` asks (FORMATS 7): the surest marks first.
  static let list: [FormatEntry] = [
    .auto,
    FormatEntry(BedrockLogFormat.self),
    FormatEntry(LangfuseFormat.self),
    FormatEntry(QwenFormat.self),
    FormatEntry(GeminiCLISessionFormat.self),
    FormatEntry(GeminiCLITelemetryFormat.self),
    FormatEntry(CopilotFormat.self),
    FormatEntry(OpencodeRunFormat.self),
    FormatEntry(ClineFormat.self),
    FormatEntry(CodexFormat.self),
    FormatEntry(ClaudeCodeFormat.self),
    FormatEntry(LiteLLMFormat.self),
    FormatEntry(KongFormat.self),
    FormatEntry(EnvoyFormat.self),
    FormatEntry(OpenRouterFormat.self),
    FormatEntry(VercelFormat.self),
    FormatEntry(OpenAIFormat.self),
    FormatEntry(AnthropicFormat.self),
    FormatEntry(GeminiFormat.self),
    FormatEntry(GeminiPythonFormat.self),
    FormatEntry(BedrockConverseFormat.self),
    FormatEntry(HeliconeFormat.self),
    FormatEntry(PortkeyFormat.self),
    FormatEntry(BifrostFormat.self),
    FormatEntry(LangSmithFormat.self),
    FormatEntry(CloudflareFormat.self),
    FormatEntry(AzureAPIMFormat.self),
    FormatEntry(OpencodeFormat.self),
    FormatEntry(KimiFormat.self),
    FormatEntry(SpendfuseFormat.self),
  ]

  // Those that are named in code.
  package static let codex = of(CodexFormat.self)
  package static let claudeCode = of(ClaudeCodeFormat.self)
  package static let litellm = of(LiteLLMFormat.self)
  package static let openai = of(OpenAIFormat.self)
  package static let anthropic = of(AnthropicFormat.self)
  /// Our own, written by SDK wrappers.
  package static let spendfuse = of(SpendfuseFormat.self)

  private static func of<F: LogFormat>(_ type: F.Type) -> Format { Format(name: F.name) ?? .auto }
}
