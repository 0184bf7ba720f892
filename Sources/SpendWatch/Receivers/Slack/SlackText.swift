import SpendEngine

/// Text from logs for Slack: nothing in it is a mention, a link, a code span's end or a control.
package enum SlackText {
  /// One line for a `plain_text` object or for mrkdwn with `verbatim`: hidden characters shown as escapes, `& < >` as entities, and what
  /// clients turn into mentions and links by themselves (`@here`, `://`) broken with a word joiner.
  package static func escape(_ text: String) -> String {
    let scalars = Array(text.printable.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      append(scalar, to: &result)
      let rest = scalars[(index + 1)...]
      if scalar == ":" && rest.starts(with: "//".unicodeScalars) || scalar == "@" && isMention(rest) {
        result.unicodeScalars.append("\u{2060}")
      }
    }
    return result
  }

  /// Undoes `escape`, but for what `printable` made visible: that stays.
  static func unescaped(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: text.unicodeScalars.lazy.filter { $0 != "\u{2060}" })
    return String(scalars).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
      "&amp;", with: "&")
  }

  /// For between backticks, where Slack makes no mentions and links. A backtick would end the span: it becomes an apostrophe.
  package static func code(_ text: String) -> String {
    var result = ""
    for scalar in text.printable.unicodeScalars {
      append(scalar == "`" ? "'" : scalar, to: &result)
    }
    return result
  }

  /// Escaped lines, cut to `limit` characters with an ellipsis, never inside an entity.
  package static func lines(_ lines: [String], limit: Int) -> String {
    var result = ""
    var left = limit
    for (index, line) in lines.enumerated() {
      let escaped = escape(line)
      let cost = escaped.utf16.count + (index > 0 ? 1 : 0)
      if index > 0 && left > 1 { result += "\n" }
      if cost > left { return result + cut(line, limit: left - (index > 0 ? 1 : 0)) }
      result += escaped
      left -= cost
    }
    return result
  }

  /// Escaped, at most `limit` UTF-16 units (which is how Slack counts), with an ellipsis where something is missing.
  package static func cut(_ text: String, limit: Int) -> String {
    let whole = escape(text)
    if whole.utf16.count <= limit { return whole }
    // An escaped character is at most ten units; cutting before escaping never leaves half an entity.
    var kept = text.prefix(max(0, limit))
    while !kept.isEmpty {
      let escaped = escape(String(kept))
      let excess = escaped.utf16.count + 1 - limit
      if excess <= 0 { return escaped + "…" }
      kept = kept.dropLast(max(1, excess / 10))
    }
    return limit > 0 ? "…" : ""
  }

  /// `<https://ops.example/ci-bot|runbook>`, one a line, as many as fit: the only links there are, for mrkdwn. Where they lead was the
  /// operator's choice; nothing in them can end them.
  static func links(_ links: [NoteText.Annotation], limit: Int) -> String {
    var result = ""
    for link in links {
      var url = ""
      for scalar in link.text.unicodeScalars {
        if scalar == "|" { url += "%7C" } else { append(scalar, to: &url) }
      }
      let line = "\(result.isEmpty ? "" : "\n")<\(url)|\(escape(link.name))>"
      if result.utf16.count + line.utf16.count > limit { break }
      result += line
    }
    return result
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    default: result.unicodeScalars.append(scalar)
    }
  }

  /// Whatever the case; by scalars, so that a combining mark after the word does not hide it.
  private static func isMention(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    ["here", "channel", "everyone", "group"].contains { word in
      rest.count >= word.count
        && zip(rest, word.unicodeScalars).allSatisfy { $0.properties.lowercaseMapping == String($1) }
    }
  }
}
