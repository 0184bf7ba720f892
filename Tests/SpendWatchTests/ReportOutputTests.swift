import Foundation
import SpendEngine
import SpendWatch
import Testing

@Suite struct ReportOutputTests {
  private func result(label: String = "ci-bot") -> ReportResult {
    var sums = Sums()
    (sums.requests, sums.errors) = (2, 1)
    (sums.tokens.freshInput, sums.tokens.cacheRead, sums.tokens.cacheWrite5m) = (1, 2, 3)
    (sums.tokens.cacheWrite1h, sums.tokens.output, sums.tokens.reasoning) = (4, 5, 6)
    sums.cost = NanoUSD(rawValue: 114_735_000)
    (sums.pricedByLog, sums.pricedByTable) = (1, 1)
    var books = Books()
    (books.read, books.folded, books.duplicate, books.noUsage) = (9, 3, 2, 1)
    books.rejected[Int(Rejection.torn.rawValue)] = 3
    return ReportResult(
      by: [.key, .day], rows: [.init(labels: [label, "2026-11-24"], sums: sums)], totals: sums, books: books)
  }

  @Test func jsonIsTheContract() {
    let sums =
      #""requests":2,"errors":1,"fresh_input_tokens":1,"cache_read_tokens":2,"cache_write_5m_tokens":3,"cache_write_1h_tokens":4,"output_tokens":5,"reasoning_tokens":6,"cost_nano_usd":114735000,"cost_usd":"0.114735","priced_by":{"log":1,"table":1,"dearest":0}}"#
    #expect(
      result().json == #"{"rows":[{"key":"ci-bot","day":"2026-11-24","# + sums + #"],"totals":{"# + sums
        + #","books":{"lines":9,"events":3,"duplicate":2,"no_usage":1,"rejected":{"torn":3}}}"#)
  }

  @Test func csvHasAHeaderAndQuotesWhatNeedsIt() {
    #expect(
      result(label: "a \"b\", c").csv == """
        key,day,requests,errors,fresh_input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,reasoning_tokens,cost_nano_usd,cost_usd,priced_by_log,priced_by_table,priced_by_dearest
        "a ""b"", c",2026-11-24,2,1,1,2,3,4,5,6,114735000,0.114735,1,1,0

        """)
  }

  @Test(arguments: [
    ("plain é 日", #""plain é 日""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{1b}[31m", #""\n\r\t\u001b[31m""#),
    ("\u{202e}gnp", #""\u202egnp""#), ("\u{9b}1m", #""\u009b1m""#), ("", #""""#),
  ])
  func jsonStrings(_ text: String, _ expected: String) throws {
    #expect(JSONObject.quoted(text) == expected)
    let back = try JSONSerialization.jsonObject(with: Data("[\(expected)]".utf8)) as? [String]
    #expect(back == [text])
  }
}
