/// A valid document whose shape the input's bytes choose: names that formats know, equal keys, escapes, numbers at the edges.
package struct GrownDocument {
  private static let keys = [
    "usage", "in", "out", "total", "messages", "model", "meta", "key", "tags", "a", "b", "time",
    "input_tokens",
    "output_tokens", "id", "object", "type", "response", "message", "metadata", "prompt_tokens", "spend", "x",
    "",
    "cost_usd", "status", "input_tokens_details", "cached_tokens", "mod\\u0065l", "\\u0075sage", "k\\\"",
    "user_api_key_hash", "cache_creation_input_tokens", "response_cost", "startTime", "request_id",
  ]
  private static let scalars = [
    "0", "-0", "1", "12", "-3", "1e400", "1E-400", "0.1", "9223372036854775807", "18446744073709551616",
    "1e12",
    "123456789012345678", "1234567890123456789", "true", "false", "null", #""""#, #""m""#, #""\ud800""#,
    #""\ud83d\ude00""#, #""é漢😀""#, #""12""#, #""a\\""#, #""\"}{""#, #""]""#,
    #""{\"key\":\"k\",\"tags\":[1,2]}""#,
    #"" [{\"key\":1}]""#, #""2026-11-24T10:00:00Z""#, #""0123456789012345678901234567890123456789""#, "[]",
    "{}",
  ]

  private var rest: ArraySlice<UInt8>
  private var text = ""

  package init(_ bytes: [UInt8]) { rest = bytes.prefix(400) }

  private mutating func choose(_ count: Int) -> Int { Int(rest.popFirst() ?? 0) % count }

  package mutating func document() -> [UInt8] {
    object(depth: 1)
    return Array(text.utf8)
  }

  private mutating func space() {
    switch choose(8) {
    case 0: text += " "
    case 1: text += "\t \r"
    default: break
    }
  }

  private mutating func value(depth: Int) {
    switch rest.isEmpty || depth > 8 ? 0 : choose(6) {
    case 1, 2: object(depth: depth + 1)
    case 3: array(depth: depth + 1)
    default: text += Self.scalars[choose(Self.scalars.count)]
    }
  }

  private mutating func object(depth: Int) {
    text += "{"
    space()
    for index in 0..<choose(6) {
      if index > 0 { text += "," }
      space()
      text += "\"" + Self.keys[choose(Self.keys.count)] + "\""
      space()
      text += ":"
      space()
      value(depth: depth)
      space()
    }
    text += "}"
  }

  private mutating func array(depth: Int) {
    text += "["
    for index in 0..<choose(4) {
      if index > 0 { text += "," }
      space()
      value(depth: depth)
    }
    space()
    text += "]"
  }
}
