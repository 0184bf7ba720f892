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
    let notes = announcement.sharedAnnotations
    let isOver = announcement.isResolved
    self.init(
      title: "\(Self.sign(announcement.severity, isOver: isOver)) \(alert.title)",
      lines: alert.lines + notes.filter { !$0.isLink }.flatMap(Self.lines), command: alert.command,
      links: notes.filter(\.isLink), word: isOver ? "resolved" : announcement.severity.rawValue,
      at: announcement.first.at)
  }

  /// Seen before anything is read, also on a telephone's lock screen. As a character, since emoji names in a text would be those of logs too.
  private static func sign(_ severity: RuleNotes.Severity, isOver: Bool) -> String {
    if isOver { return "🟢" }
    return switch severity {
    case .critical: "🔴"
    case .warning: "🟡"
    case .info: "🔵"
    }
  }

  /// `squad: platform`; a summary and a description speak for themselves.
  private static func lines(_ note: NoteText.Annotation) -> [String] {
    let lines = note.text.split(separator: "\n").map { String($0) }
    if ["summary", "description"].contains(note.name) { return lines }
    return lines.enumerated().map { $0.offset == 0 ? "\(note.name): \($0.element)" : $0.element }
  }

  /// - Parameters:
  ///   - lines: unescaped, one fact each.
  ///   - links: annotations that are URLs of the operator's.
  ///   - word: the severity, or that it is over.
  ///   - at: when it was decided.
  init(
    title: String, lines: [String], command: String? = nil, links: [NoteText.Annotation] = [],
    word: String? = nil, at: EngineTime? = nil
  ) {
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
    let shown = SlackText.links(links, limit: Self.longestSection)
    if !shown.isEmpty { blocks.append(Block(type: "section", text: .markdown(shown))) }
    let when = at.map { " · \(TimeText.people($0, timeZone: "UTC"))" } ?? ""
    blocks.append(
      Block(
        type: "context",
        elements: [.plain("\(word.map { "\($0) · " } ?? "")spendfuse \(spendfuseVersion)\(when)")]))
  }

  enum CodingKeys: String, CodingKey {
    case text, blocks, mrkdwn, parse
    case linkNames = "link_names"
    case unfurlLinks = "unfurl_links"
    case unfurlMedia = "unfurl_media"
  }
}
