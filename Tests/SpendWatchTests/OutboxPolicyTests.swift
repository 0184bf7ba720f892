import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct OutboxPolicyTests {
  private let policy = RetryPolicy()

  private func verdict(
    _ result: Result<HTTPResponse, HTTPFailure>, failures: Int = 0, age: Milliseconds = 0
  ) -> RetryPolicy.Verdict {
    policy.verdict(
      result, failures: failures, createdAt: noonish + -age, now: noonish, label: "ops (abc123)",
      random: { $0.upperBound })
  }
  private func status(_ status: Int, after: String? = nil, body: String = "") -> Result<
    HTTPResponse, HTTPFailure
  > {
    .success(HTTPResponse(status: status, retryAfter: after, body: Array(body.utf8), isTruncated: false))
  }

  @Test func waitsLongerEachTimeAndNeverTooLong() {
    let highs = (0..<14).map { policy.backoff(failures: $0, random: { $0.upperBound }) }
    #expect(Array(highs[0...4]) == [1_000, 2_000, 4_000, 8_000, 16_000])
    #expect(highs[9] == 512_000 && highs[10] == 900_000 && highs[13] == 900_000)
    #expect(policy.backoff(failures: .max, random: { $0.upperBound }) == 900_000)
    #expect(policy.backoff(failures: -1, random: { $0.lowerBound }) == 100)
    let seed = UInt64.random(in: 0...(.max))
    var state = seed
    for failures in 0..<200 {
      let wait = policy.backoff(failures: failures) { range in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return range.lowerBound + Int64(state % UInt64(range.upperBound - range.lowerBound + 1))
      }
      #expect((100...900_000).contains(wait), "seed \(seed)")
    }
  }

  @Test(arguments: [200, 201, 204, 299])
  func delivers(code: Int) { #expect(verdict(status(code)) == .delivered) }

  @Test(arguments: [100, 408, 425, 429, 500, 502, 503, 599, 999])
  func retries(code: Int) {
    #expect(verdict(status(code)) == .retry(at: noonish + 1_000, why: "ops (abc123): HTTP \(code)"))
  }

  @Test(arguments: [400, 401, 403, 404, 410, 413, 422])
  func givesUp(code: Int) {
    #expect(verdict(status(code, body: "no_service")) == .dead(why: "ops (abc123): HTTP \(code) no_service"))
    // What may quote the URL is not quoted.
    for body in ["Cannot POST /services/s3cret", "<html>", "", String(repeating: "a", count: 65), "A", "a b"]
    {
      #expect(verdict(status(code, body: body)) == .dead(why: "ops (abc123): HTTP \(code)"))
    }
  }

  @Test func redirectsAreDead() {
    #expect(verdict(status(302)) == .dead(why: "ops (abc123): HTTP 302: redirects are not followed"))
  }

  @Test func failuresBelowHTTP() {
    for kind in [HTTPFailure.Kind.timeout, .connection, .tls] {
      #expect(verdict(.failure(HTTPFailure(kind: kind, text: "t"))) == .retry(at: noonish + 1_000, why: "t"))
    }
    for kind in [HTTPFailure.Kind.invalid, .refusedAddress] {
      #expect(verdict(.failure(HTTPFailure(kind: kind, text: "t"))) == .dead(why: "t"))
    }
  }

  @Test func givesUpAfterThreeDays() {
    #expect(
      verdict(status(500), age: 3 * .day - 1) == .retry(at: noonish + 1_000, why: "ops (abc123): HTTP 500"))
    #expect(
      verdict(status(500), age: 3 * .day) == .dead(why: "given up after 3 days; last: ops (abc123): HTTP 500")
    )
    #expect(verdict(status(200), age: 30 * .day) == .delivered)
  }

  @Test(
    arguments: [
      ("120", 120_000), ("0", 1_000), ("3600", 3_600_000), ("86400", 3_600_000),
      ("99999999999999999999", 3_600_000),
      ("Tue, 24 Nov 2026 10:00:30 GMT", 30_000), ("Tue, 24 Nov 2026 09:00:00 GMT", 1_000),
      ("Tue, 24 Nov 2026 20:00:00 GMT", 3_600_000), ("soon", 4_000), ("-5", 4_000), ("1.5", 4_000),
      ("", 4_000),
    ] as [(String, Int64)])
  func honoursRetryAfter(header: String, wait: Int64) {
    #expect(
      verdict(status(429, after: header), failures: 2)
        == .retry(at: noonish + wait, why: "ops (abc123): HTTP 429"))
    #expect(
      verdict(status(503, after: header), failures: 2)
        == .retry(at: noonish + wait, why: "ops (abc123): HTTP 503"))
  }

  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000),
      ("Sun Nov  6 08:49:37 1994", 784_111_777_000), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Sunday, 06-Nov-26 08:49:37 GMT", 1_793_954_977_000), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
      ("Sun, 32 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil),
      ("Sun, 06 Nov 1994 08:49 GMT", nil),
      ("Sun, 06 Nov 1994 08:49:37 PST", nil), ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", nil),
      (",,,,", nil),
    ] as [(String, Int64?)])
  func readsHTTPDates(text: String, milliseconds: Int64?) {
    #expect(RetryAfter.date(text)?.milliseconds == milliseconds)
  }
}
