/// Portkey's exported logs. Its cost is in cents.
enum PortkeyFormat: SheetFormat {
  static let name = "portkey"
  static let mark = "'req_units' and 'res_units'"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.has("req_units"), .has("res_units")],
    [
      .time: ["created_at"],
      .id: ["id"],
      .key: ["virtual_key"],
      .task: ["metadata.task", "trace_id"],
      .model: ["ai_model"],
      .input: ["req_units"],
      .output: ["res_units"],
      .cost: ["cost"],
      .status: ["response_status_code"],
      .hit: ["cache_status"],
    ],
    costScale: 7, hits: ["HIT", "SEMANTIC HIT"])
}
