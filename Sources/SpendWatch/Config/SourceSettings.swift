package import SpendEngine

extension Source {
  package static let settings: [Setting] = [
    Setting(
      "path", .path, required: true, help: "a file or a glob: *, ?, [...], and ** for any directories",
      example: "/var/log/llm/*.jsonl"),
    Setting(
      "format", .choice(Format.allCases.map(\.name)), help: "default auto", example: "auto",
      later: [
        "codex", "openai", "anthropic", "gemini", "gemini-cli", "bedrock", "otel", "otlp", "openrouter",
        "envoy", "kong",
        "cloudflare", "helicone", "portkey", "bifrost", "langfuse", "langsmith", "opencode", "cline", "kimi",
        "qwen",
        "vercel", "azure", "copilot",
      ]),
    Setting(
      "start", .choice(Start.allCases.map(\.rawValue)),
      help: "where a file that is there at the first start is read from; default beginning",
      example: "beginning"),
    .later("fields"),
  ]

  init?(values: SettingValues, context: MakerContext, problems: inout [SettingProblem]) {
    guard let written = values.text("path"), let path = context.path(values, "path", problems: &problems)
    else {
      return nil
    }
    if let refusal = Self.refusal(ofPattern: path) {
      problems.append(SettingProblem("path", refusal.message, hint: refusal.hint))
      return nil
    }
    if written.contains("$") {
      problems.append(
        SettingProblem(
          "path", "variables are not expanded; '$' stands for itself",
          hint: "write '~' for the home directory", isWarning: true))
    }
    self.init(
      pattern: path, format: values.text("format").flatMap(Format.init(name:)) ?? .auto,
      start: values.text("start").flatMap(Start.init(rawValue:)) ?? .beginning)
  }

  private static func refusal(ofPattern pattern: String) -> WrittenValue.Refusal? {
    if pattern.hasSuffix("/") {
      return .init(
        message: "this names a directory",
        hint: "name its files, such as '\(pattern.split(separator: "/").last ?? "")/*.jsonl'")
    }
    for part in pattern.split(separator: "/") {
      if part.contains("**"), part != "**" {
        return .init(message: "'**' must stand alone between slashes", hint: "write '**/*.jsonl'")
      }
      if let open = part.lastIndex(of: "["), !part[open...].dropFirst(2).contains("]") {
        return .init(message: "'[' is never closed", hint: "write '[ab]', or '[[]' for the character itself")
      }
    }
    return nil
  }
}
