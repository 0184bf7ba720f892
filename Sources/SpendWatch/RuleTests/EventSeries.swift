import SpendEngine

/// One entry of `events:`: a call in our own format, once or again and again.
struct EventSeries: Sendable {
  /// Milliseconds of the test's clock: when the first is read.
  var first: EngineTime
  /// From one to the next; 0 = all at once.
  var every: Milliseconds = 0
  /// At least 1.
  var times = 1
  /// How much older than its reading each says it is.
  var lag: Milliseconds = 0
  /// What a record says beside its time, in the order of `fields`. Of texts `%n` is the number of the repetition where `isNumbered`.
  var fields: [(name: String, value: Value)] = []
  /// `times` is written, so `%n` means something.
  var isNumbered = false

  enum Value: Sendable {
    case text(String)
    case count(Int64)
  }

  /// Most calls of one entry, and of all tests of a file together.
  static let maxTimes: Int64 = 1_000_000

  /// The fields of the format, beside `time`.
  static let fields: [Setting] =
    ["key", "key_alias", "task", "model", "user", "team"].map {
      Setting($0, .text, help: "a name", example: $0 == "model" ? "gpt-5" : "a")
    }
    + [
      "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens",
      "reasoning_tokens",
    ].map { Setting($0, .count(0...1_000_000_000_000), help: "tokens", example: "1200") } + [
      Setting("cost_usd", .number, help: "USD", example: "0.25"),
      Setting("status", .text, help: "an HTTP status or a word", example: "200"),
      Setting(
        "max_tokens", .count(0...1_000_000_000_000), help: "the request's own ceiling", example: "8192"),
      Setting("request_id", .text, help: "the request's id", example: "r-1"),
    ]

  static let settings: [Setting] =
    [
      Setting("at", .text, required: true, help: "when it is read", example: "15m"),
      Setting("time", .text, help: "when it says it was; default `at`", example: "15m"),
      Setting("every", .text, help: "repeated after this long", example: "1m"),
      Setting("times", .count(1...maxTimes), help: "how often in all; default 1", example: "60"),
    ] + fields

  /// When the `number`th is read, from 0.
  func time(_ number: Int) -> EngineTime {
    let (span, overflow) = every.multipliedReportingOverflow(by: Int64(number))
    return first + (overflow ? .max : span)
  }

  var last: EngineTime { time(times - 1) }

  /// The `number`th record as a line of a log would hold it, from 0.
  func record(_ number: Int) -> String {
    var object = JSONObject()
    object.add("time", (time(number) + -lag).rfc3339)
    for (name, value) in fields {
      switch value {
      case .text(let text): object.add(name, numbered(text, number))
      case .count(let count): object.add(name, count)
      }
    }
    return object.text + "\n"
  }

  private func numbered(_ text: String, _ number: Int) -> String {
    isNumbered ? text.replacing("%n", with: String(number + 1)) : text
  }

  /// Whether one of its calls has this name; `(none)` is the name of a missing one.
  func has(_ dimension: Dimension, _ name: String) -> Bool {
    let written = [dimension.name] + (dimension == .key ? ["key_alias"] : [])
    let texts = written.compactMap { text($0) }
    if name == Subject.none { return text(dimension.name) == nil }
    return texts.contains { matches(name, $0) }
  }

  /// What it calls a dimension, as written; nil where it does not.
  func text(_ field: String) -> String? {
    guard case .text(let text)? = fields.first(where: { $0.name == field })?.value, !text.isEmpty else {
      return nil
    }
    return text
  }

  private func matches(_ name: String, _ text: String) -> Bool {
    let parts = text.split(separator: "%n", maxSplits: 1, omittingEmptySubsequences: false)
    guard isNumbered, parts.count == 2, name.hasPrefix(parts[0]) else { return name == text }
    let digits = name.dropFirst(parts[0].count).prefix { $0.isASCII && $0.isNumber }
    // What follows the number may begin with a digit itself: the number may be any part of them.
    for count in stride(from: digits.count, to: 0, by: -1) {
      if let number = Int(digits.prefix(count)), (1...times).contains(number),
        numbered(text, number - 1) == name
      {
        return true
      }
    }
    return false
  }
}
