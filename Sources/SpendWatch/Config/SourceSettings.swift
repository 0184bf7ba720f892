package import SpendEngine

extension Source {
  package static let settings: [Setting] = [
    Setting(
      "path", .path, required: true, help: "a file or a glob: *, ?, [...], and ** for any directories",
      example: "/var/log/llm/*.jsonl"),
    Setting(
      "format", .choice(Format.allCases.map(\.name)), help: "default auto", example: "auto",
      later: [
        "gemini", "gemini-cli", "bedrock", "otel", "otlp", "openrouter",
        "envoy", "kong",
        "cloudflare", "helicone", "portkey", "bifrost", "langfuse", "langsmith", "opencode", "cline", "kimi",
        "qwen",
        "vercel", "azure", "copilot",
      ]),
    Setting(
      "start", .choice(Start.allCases.map(\.rawValue)),
      help: "where a file that is there at the first start is read from; default beginning",
      example: "beginning"),
    Setting(
      "fields", .mapping(FieldMapping.Target.allCases.map(\.name)),
      help: "where its records have what spendfuse's own format has; in place of a format",
      example: "{time: ts, key: auth.key_id, model: model, cost_usd: cost}"),
    Setting(
      "duplicates", .choice(Duplicates.allCases.map(\.rawValue)),
      help: "copies: a call may be in it more than once, by its id; default as the format says",
      example: "copies"),
    Setting(
      "whole_file", .flag,
      help: "true: each file is a document that is written anew with every change, and is read anew then; "
        + "its calls are known by id and time; default as the format says",
      example: "false"),
    Setting(
      "silence", .duration,
      help: "people are told where no record comes for so long; left out: never", example: "2h"),
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
    var fields: FieldMapping?
    if values.has("fields") {
      fields = Self.mapping(values, problems: &problems)
      if fields == nil { return nil }
    }
    let format = values.text("format").flatMap(Format.init(name:)) ?? .auto
    self.init(
      pattern: path, format: format,
      fields: fields, duplicates: values.text("duplicates").flatMap(Duplicates.init(rawValue:)),
      start: values.text("start").flatMap(Start.init(rawValue:)) ?? .beginning,
      isWhole: values.flag("whole_file") ?? (fields == nil && format.isWhole),
      silence: values.number("silence"))
    if isWhole { checkWhole(&problems) }
  }

  /// What is read again must be known again.
  private func checkWhole(_ problems: inout [SettingProblem]) {
    if start == .end {
      problems.append(
        SettingProblem(
          "start", "a file that is read anew as a whole is read from its beginning",
          hint: "leave 'start' out, or 'whole_file'"))
    }
    let why = "'whole_file' reads every call again and again, and knows it by its id and its time"
    if let fields, !fields.has(.requestID) || !fields.has(.time) {
      problems.append(SettingProblem("whole_file", why, hint: "add 'request_id' and 'time' to 'fields'"))
    } else if duplicates != .copies,
      fields != nil || duplicates != nil || format == .auto
        || format.duplicates != .copies
    {
      problems.append(SettingProblem("whole_file", why, hint: "write 'duplicates: copies' beside it"))
    }
  }

  /// nil where something is wrong with the mapping.
  private static func mapping(
    _ values: SettingValues, problems: inout [SettingProblem]
  ) -> FieldMapping? {
    // What is no map of known names was said already.
    guard let written = values.texts("fields") else { return nil }
    if let format = values.text("format"), format != Format.auto.name, format != Format.spendfuse.name {
      problems.append(
        SettingProblem(
          "format", "'fields' and 'format: \(format)' are both given",
          hint: "leave one of them out: 'fields' says how the records are written"))
    }
    switch FieldMapping.make(written) {
    case .success(let mapping):
      if values.text("duplicates") == Duplicates.copies.rawValue, !mapping.has(.requestID) {
        problems.append(
          SettingProblem(
            "duplicates", "copies of a call are known by its id, and no field is its id",
            hint: "add 'request_id' to 'fields'"))
      }
      return mapping
    case .failure(let found):
      problems += found.all
      return nil
    }
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
