/// Cloudflare AI Gateway's logs. It says nothing of cached tokens.
enum CloudflareFormat: SheetFormat {
  static let name = "cloudflare"
  static let mark = "'tokens_in' and 'tokens_out'"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.has("tokens_in"), .has("tokens_out")],
    [
      .time: ["created_at"],
      .id: ["id"],
      .key: ["metadata(json).key", "metadata(json).user_id"],
      .task: ["metadata(json).task", "metadata(json).session_id"],
      .user: ["metadata(json).user", "metadata(json).user_id"],
      .team: ["metadata(json).team"],
      .model: ["model"],
      .input: ["tokens_in"],
      .output: ["tokens_out"],
      .cost: ["cost"],
      .status: ["status_code"],
      .hit: ["cached"],
    ])
}
