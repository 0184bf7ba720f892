import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct ReceiverSlackTests {
  @Test(
    arguments: [
      ("a & b < c > d", "a &amp; b &lt; c &gt; d"), ("<!channel>", "&lt;!channel&gt;"),
      ("<@U123>", "&lt;@U123&gt;"),
      ("<http://x|y>", "&lt;http:\u{2060}//x|y&gt;"), ("@here", "@\u{2060}here"),
      ("@HERE now", "@\u{2060}HERE now"),
      ("@channel@everyone", "@\u{2060}channel@\u{2060}everyone"), ("@ann", "@ann"),
      ("@here\u{301}", "@\u{2060}here\u{301}"),
      ("https://evil.example", "https:\u{2060}//evil.example"), ("a\nb\u{202e}", "a\\u{a}b\\u{202e}"),
      ("&lt;", "&amp;lt;"),
      ("@\u{200b}here", "@\\u{200b}here"), ("`*_~", "`*_~"), ("a:/b", "a:/b"), ("", ""),
    ])
  func escapes(text: String, escaped: String) {
    #expect(SlackText.escape(text) == escaped)
    if !escaped.contains("\\u") { #expect(SlackText.unescaped(escaped) == text) }
  }

  @Test(arguments: [
    ("a`b", "a'b"), ("<x>", "&lt;x&gt;"), ("http://x @here", "http://x @here"), ("\n", "\\u{a}"),
  ])
  func escapesCode(text: String, code: String) { #expect(SlackText.code(text) == code) }

  @Test func cutsBetweenCharacters() {
    let text = String(repeating: "<é👍", count: 100)
    for limit in 0..<60 {
      let cut = SlackText.cut(text, limit: limit)
      #expect(cut.utf16.count <= limit)
      #expect(limit == 0 || cut.hasSuffix("…"))
      #expect(cut.filter { $0 == "&" }.count == cut.filter { $0 == ";" }.count)
    }
    #expect(SlackText.cut("short", limit: 5) == "short")
    let lines = SlackText.lines(Array(repeating: "0123456789", count: 10), limit: 25)
    #expect(lines == "0123456789\n0123456789\n01…")
  }

  /// Every string in the JSON, at any depth.
  private func strings(_ value: Any) -> [String] {
    switch value {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(strings)
    case let map as [String: Any]: map.values.flatMap(strings)
    default: []
    }
  }
  private func message(_ decisions: [Decision]) throws -> [String: Any] {
    let slack = Receiver(
      name: "oncall", kind: .slack(SlackReceiver(url: Secret("https://hooks.slack.com/s3cret"))))
    let all = notifications(for: decisions, receivers: [slack], timeZone: "UTC")
    let body = try #require(all.first?.body)
    #expect(all.count == 1 && !body.contains("s3cret"))
    return try #require(JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
  }

  @Test func looksAsSlackWants() throws {
    let json = try message([
      decision(.halt, level: .firing, value: 26 * dollar, target: .key("ci-bot")),
      decision(level: .firing, value: 26 * dollar, target: .key("ci-bot")),
    ])
    #expect(json["text"] as? String == "🔴 104 % of $25.00 used today by key ci-bot: halted")
    #expect(
      json["mrkdwn"] as? Bool == false && json["parse"] as? String == "none"
        && json["link_names"] as? Bool == false)
    #expect(json["unfurl_links"] as? Bool == false && json["unfurl_media"] as? Bool == false)
    let blocks = try #require(json["blocks"] as? [[String: Any]])
    #expect(blocks.map { $0["type"] as? String } == ["header", "section", "section", "context"])
    let header = try #require(blocks[0]["text"] as? [String: Any])
    #expect(header["type"] as? String == "plain_text" && header["emoji"] as? Bool == false)
    let body = try #require(blocks[1]["text"] as? [String: Any])
    #expect(body["type"] as? String == "plain_text")
    #expect(
      (body["text"] as? String)?.components(separatedBy: "\n").first
        == "$26.00 of $25.00: $1.00 past the limit.")
    let command = try #require(blocks[2]["text"] as? [String: Any])
    #expect(command["type"] as? String == "mrkdwn" && command["verbatim"] as? Bool == true)
    #expect(command["text"] as? String == "`spendfuse resume --key ci-bot --why \"…\"`")
  }

  @Test(
    arguments: [
      "<!channel>", "<!here|x>", "@here @channel", "<http://evil.example|click>", "https://evil.example/x",
      "a`<!channel>`b",
      "x\n<!subteam^S1>", "\u{202e}\u{200b}\u{1b}[31m", String(repeating: "<&>`", count: 5_000),
      "'; rm -rf / #", "$(id)`id`",
    ])
  func hostileNamesStayText(name: String) throws {
    let halt = decision(
      .halt, Subject(.key, [name], alias: name + name), level: .firing, value: 26 * dollar, rule: name,
      target: .key(name), note: name, guess: name)
    var alert = halt
    alert.kind = .alert
    let json = try message([halt, alert])
    for text in strings(json) {
      #expect(!text.contains("<") && !text.contains(">"))
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0 != "\u{2060}" && $0.isHidden })
      #expect(text.utf16.count <= 3_000)
      // Only our own span has backticks, one at each end.
      if text.hasPrefix("`") { #expect(text.filter { $0 == "`" }.count == 2 && text.hasSuffix("`")) }
    }
    let blocks = try #require(json["blocks"] as? [[String: Any]])
    let header = try #require((blocks[0]["text"] as? [String: Any])?["text"] as? String)
    #expect(header.utf16.count <= 150)
    for block in blocks {
      guard let text = block["text"] as? [String: Any], text["type"] as? String == "plain_text" else {
        continue
      }
      let content = try #require(text["text"] as? String)
      #expect(!content.contains("://") && !content.contains("@here") && !content.contains("@channel"))
    }
  }
}
