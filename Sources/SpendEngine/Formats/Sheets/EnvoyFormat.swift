/// Access logs of the Envoy AI Gateway: flat keys, named as its documentation names them. Counts are inclusive.
enum EnvoyFormat: SheetFormat {
  static let name = "envoy"
  static let mark = "flat 'gen_ai.usage.*' keys and 'response_code'"
  /// One record a request; x-request-id may be the client's, who must not be able to hide a call behind another.
  static let duplicates = Duplicates.none
  static let sheet = FormatSheet(
    .inclusive,
    marks: [.has(#""gen_ai.usage.input_tokens""#), .has("response_code")],
    [
      .time: ["start_time"],
      .id: ["x-request-id", "request_id"],
      .task: [#""session.id""#],
      .key: ["x-api-key-id", "x-user-id", "user_id"],
      .model: [#""gen_ai.response.model""#, #""gen_ai.request.model""#],
      .input: [#""gen_ai.usage.input_tokens""#],
      .output: [#""gen_ai.usage.output_tokens""#],
      .cacheRead: [#""gen_ai.usage.cached_input_tokens""#, #""gen_ai.usage.cache_read.input_tokens""#],
      .cacheWrites: [
        #""gen_ai.usage.cache_creation_input_tokens""#, #""gen_ai.usage.cache_creation.input_tokens""#,
      ],
      .reasoning: [#""gen_ai.usage.reasoning_tokens""#],
      .total: [#""gen_ai.usage.total_tokens""#],
      .status: ["response_code"],
    ])
}
