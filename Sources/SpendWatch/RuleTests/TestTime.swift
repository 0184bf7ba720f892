import SpendEngine

/// Instants as rule tests write them: `0m`, `15m`, `+1h30m` after the test's start, or RFC 3339.
enum TestTime {
  /// Where a test begins that does not say: the midnight (UTC) of a Monday. It is documented: never change it.
  static let standardStart = EngineTime(milliseconds: 1_767_571_200_000)  // 2026-01-05T00:00:00Z

  /// Calendars are made for these instants.
  private static let years =
    EngineTime(milliseconds: 946_684_800_000)...EngineTime(milliseconds: 7_258_118_399_999)

  /// RFC 3339 from 2000 to 2199.
  static func start(_ text: String) -> Result<EngineTime, WrittenValue.Refusal> {
    guard let time = EngineTime(rfc3339: text) else {
      return .failure(.init(message: "'\(text)' is no time", hint: "such as 2026-03-10T08:00:00Z"))
    }
    guard years.contains(time) else {
      return .failure(.init(message: "'\(text)' is not between 2000 and 2199"))
    }
    return .success(time)
  }

  /// An instant of a test.
  /// - Parameter mayPrecede: whether it may lie before the start: only the time in a late record does.
  static func instant(_ text: String, from start: EngineTime, mayPrecede: Bool = false)
    -> Result<EngineTime, WrittenValue.Refusal>
  {
    var time: EngineTime
    if let stated = EngineTime(rfc3339: text) {
      time = stated
    } else {
      let isBefore = text.hasPrefix("-")
      guard let span = span(text.hasPrefix("+") || isBefore ? text.dropFirst() : text[...]) else {
        return .failure(
          .init(
            message: "'\(text)' is no time",
            hint: "after the test's start, such as 15m or 1h30m, or as 2026-03-10T08:00:00Z"))
      }
      time = start + (isBefore ? -span : span)
    }
    if time < start, !mayPrecede {
      return .failure(
        .init(message: "'\(text)' is before the test's start", hint: "which is \(start.rfc3339)"))
    }
    guard abs(time - start) <= Milliseconds.longestSpan else {
      return .failure(.init(message: "'\(text)' is too far from the test's start", hint: "at most 3660d"))
    }
    return .success(time)
  }

  /// `90s`, `1h30m`, `2d`: units from large to small, each once; `0` alone needs none.
  static func span(_ text: some StringProtocol) -> Milliseconds? {
    if text == "0" { return 0 }
    var rest = text[...]
    var sum: Milliseconds = 0
    var units = Milliseconds.units[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let part = rest.prefix { $0.isASCII && $0.isNumber }
      guard let letter = rest.dropFirst(part.count).first,
        let unit = units.firstIndex(where: { $0.letter == letter }),
        let span = Milliseconds(span: rest.prefix(part.count + 1))
      else { return nil }
      sum = sum.addingSaturating(span)
      units = units[(unit + 1)...]
      rest = rest.dropFirst(part.count + 1)
    }
    return sum
  }

  /// As a test would write it: `1h30m` after the start, RFC 3339 where it is not a whole second.
  static func text(_ time: EngineTime, from start: EngineTime) -> String {
    var rest = time - start
    guard rest >= 0, rest % .second == 0 else { return time.rfc3339 }
    if rest == 0 { return "0m" }
    var text = ""
    for (letter, length) in Milliseconds.units where rest >= length {
      text += "\(rest / length)\(letter)"
      rest %= length
    }
    return text
  }
}
