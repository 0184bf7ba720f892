package import SpendEngine

/// What becomes of a try. Pure: the clock and the dice come in.
package struct RetryPolicy: Sendable, Hashable {
  /// The wait after the first failure is drawn from 0 to this (ms), doubled with each further one.
  package var first: Milliseconds = .second
  /// Bounds of a wait (ms).
  package var shortest: Milliseconds = 100
  package var longest: Milliseconds = 15 * .minute
  /// The most that a receiver's Retry-After is believed (ms).
  package var longestAsked: Milliseconds = .hour
  /// A message this old (ms) is given up.
  package var patience: Milliseconds = 3 * .day

  package init() {}

  package enum Verdict: Sendable, Hashable {
    case delivered
    case retry(at: EngineTime, why: String)
    case dead(why: String)
  }

  /// - Parameters:
  ///   - failures: tries that failed before this one.
  ///   - label: how the receiver is named in reasons; never its URL.
  ///   - random: a number in the range.
  package func verdict(
    _ result: Result<HTTPResponse, HTTPFailure>, failures: Int, createdAt: EngineTime, now: EngineTime,
    label: String,
    random: (ClosedRange<Milliseconds>) -> Milliseconds
  ) -> Verdict {
    let why: String
    var wait = backoff(failures: failures, random: random)
    switch result {
    case .success(let response):
      let status = response.status
      if (200...299).contains(status) { return .delivered }
      why = "\(label): HTTP \(status)\(Self.word(response.body))"
      let isPassing = status >= 500 || [408, 425, 429].contains(status) || status < 200
      if !isPassing {
        return .dead(why: (300...399).contains(status) ? "\(why): redirects are not followed" : why)
      }
      if let asked = response.retryAfter.flatMap({ RetryAfter.parse($0, now: now) }) {
        wait = min(max(asked, first), longestAsked)
      }
    case .failure(let failure):
      why = failure.text
      if failure.kind == .invalid || failure.kind == .refusedAddress { return .dead(why: why) }
    }
    if now - createdAt >= patience {
      return .dead(why: "given up after \(TimeText.span(patience)); last: \(why)")
    }
    return .retry(at: now + wait, why: why)
  }

  /// Exponential with full jitter: many clients that failed together do not come back together.
  package func backoff(failures: Int, random: (ClosedRange<Milliseconds>) -> Milliseconds) -> Milliseconds {
    // 2^20 seconds is past every bound.
    let (product, overflow) = first.multipliedReportingOverflow(by: 1 << min(max(0, failures), 20))
    return max(shortest, random(0...(overflow ? longest : min(longest, max(1, product)))))
  }

  /// Slack says what is wrong in one word (`invalid_payload`). Anything else might quote the URL, which is a secret.
  static func word(_ body: [UInt8]) -> String {
    let isWord =
      (1...64).contains(body.count) && body.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
    return isWord ? " \(String(decoding: body, as: UTF8.self))" : ""
  }
}

/// The `Retry-After` header: seconds, or a date in one of HTTP's three forms (RFC 9110, 5.6.7).
package enum RetryAfter {
  /// The wait in milliseconds, 0 and up; nil if it is neither.
  package static func parse(_ text: String, now: EngineTime) -> Milliseconds? {
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    if isNumber {
      // More digits than fit are as good as for ever.
      let (product, overflow) = (Int64(text) ?? .max).multipliedReportingOverflow(by: .second)
      return overflow ? .max : product
    }
    return date(text).map { max(0, $0 - now) }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`
  static func date(_ text: String) -> EngineTime? {
    let words = text.split { " -,".contains($0) }.dropFirst()
    let (day, month, year, clock): (Substring, Substring, Substring, Substring)
    let parts = Array(words)
    if parts.count == 5, parts[4] == "GMT" {
      (day, month, year, clock) = (parts[0], parts[1], parts[2], parts[3])
    } else if parts.count == 4 {
      (month, day, clock, year) = (parts[0], parts[1], parts[2], parts[3])
    } else {
      return nil
    }
    let times = clock.split(separator: ":").map { Int64($0) }
    guard let month = months.firstIndex(where: { $0 == month }), let day = Int64(day), (1...31).contains(day),
      var year = Int64(year), times.count == 3, let hour = times[0], let minute = times[1],
      let second = times[2],
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    // Two digits: this century's, unless that is far ahead.
    if parts[2].count == 2, parts.count == 5 { year += year < 70 ? 2_000 : 1_900 }
    guard (1...9_999).contains(year) else { return nil }
    let days = CivilDate(year: year, month: Int64(month) + 1, day: day).days
    return EngineTime(milliseconds: (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)
  }
}
