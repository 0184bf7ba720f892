/// Cline's `ui_messages.json`: one array that is written anew with every change. What a request took stands as JSON in a string, filled in
/// later under the same time; input is without what was cached, and the model is not in it.
enum ClineFormat: SheetFormat {
  static let name = "cline"
  static let mark = "'type' is say, and a 'text' that is JSON with 'tokensIn'"
  static let isWhole = true
  static let sheet = FormatSheet(
    .reasoningInOutput,
    marks: [.equals("type", "say"), .has("ts"), .has("text(json).tokensIn")],
    [
      .time: ["ts"],
      .id: ["ts"],
      .detail: ["say"],
      .input: ["text(json).tokensIn"],
      .output: ["text(json).tokensOut"],
      .cacheRead: ["text(json).cacheReads"],
      .cacheWrites: ["text(json).cacheWrites"],
      .cost: ["text(json).cost"],
      .error: ["text(json).streamingFailedMessage"],
    ])

  private static let kinds: [StaticString] = ["api_req_started", "deleted_api_reqs", "subagent_usage"]

  static func adjust(_ fields: SheetReader, _ record: inout UsageRecord) throws(Rejection) -> Bool {
    kinds.contains { fields.fields.equals(fields.slot(.detail), $0) }
  }
}
