import Foundation
import SpendEngine

/// Slack's incoming-webhook JSON: blocks, and a text for notifications. All of it is text from logs, so `plain_text` wherever Slack
/// allows it, and no parsing anywhere else.
struct SlackMessage: Encodable {
  struct Text: Encodable {
    var type: String
    var text: String
    var emoji: Bool?
    var verbatim: Bool?

    static func plain(_ text: String) -> Text { Text(type: "plain_text", text: text, emoji: false) }
    /// `verbatim`: URLs and @names stay text.
    static func markdown(_ text: String) -> Text { Text(type: "mrkdwn", text: text, verbatim: true) }
  }
  struct Block: Encodable {
    var type: String
    var text: Text?
    var elements: [Text]?
  }

  var text: String
  var blocks: [Block]
  let mrkdwn = false
  let parse = "none"
  let linkNames = false
  let unfurlLinks = false
  let unfurlMedia = false

  // Slack refuses a message with a longer text in these.
  static let longestHeader = 150
  static let longestSection = 3_000

  init(_ announcement: Announcement) {
    let alert = announcement.text
    self.init(title: alert.title, lines: alert.lines, command: alert.command, at: announcement.first.at)
  }

  /// - Parameters:
  ///   - lines: unescaped, one fact each.
  ///   - at: when it was decided.
  init(title: String, lines: [String], command: String? = nil, at: EngineTime? = nil) {
    text = SlackText.cut(title, limit: 1_000)
    blocks = [
      Block(type: "header", text: .plain(SlackText.cut(title, limit: Self.longestHeader)))
    ]
    let all = (SlackText.escape(title).utf16.count > Self.longestHeader ? [title] : []) + lines
    if !all.isEmpty {
      blocks.append(Block(type: "section", text: .plain(SlackText.lines(all, limit: Self.longestSection))))
    }
    if let command {
      let code = SlackText.code(command)
      // A cut command would be another command.
      if code.utf16.count < Self.longestSection - 100 {
        blocks.append(Block(type: "section", text: .markdown("`\(code)`")))
      }
    }
    let when = at.map { " · \(TimeText.people($0, timeZone: "UTC"))" } ?? ""
    blocks.append(Block(type: "context", elements: [.plain("spendfuse \(spendfuseVersion)\(when)")]))
  }

  enum CodingKeys: String, CodingKey {
    case text, blocks, mrkdwn, parse
    case linkNames = "link_names"
    case unfurlLinks = "unfurl_links"
    case unfurlMedia = "unfurl_media"
  }
}
