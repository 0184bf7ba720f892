/// Kimi's wire log: status updates of a turn. It does not say the model.
enum KimiFormat: SheetFormat {
  static let name = "kimi"
  static let mark = "'message.type' is StatusUpdate, and a token usage in it"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.equals("message.type", "StatusUpdate"), .has("message.payload.token_usage")],
    [
      .time: ["timestamp"],
      .id: ["message.payload.message_id"],
      .input: ["message.payload.token_usage.input_other"],
      .output: ["message.payload.token_usage.output"],
      .cacheRead: ["message.payload.token_usage.input_cache_read"],
      .cacheWrites: ["message.payload.token_usage.input_cache_creation"],
    ])
}
