import SpendEngine

/// Text of others made fit for one line of a log or a terminal.
enum LogText {
  /// Printable, and of URLs the scheme and the host only, since a webhook's path is its secret.
  static func safe(_ text: String) -> String { withoutURLs(text).printable }

  /// A metadata value: quoted where it has a space or a quote.
  static func value(_ text: String) -> String {
    let text = safe(text)
    guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return text }
    return "\"" + text.replacing("\"", with: "\\\"") + "\""
  }

  /// `https://hooks.example/T1/secret` becomes `https://hooks.example/***`, `redis://:password@host:6379` `redis://host:6379`.
  private static func withoutURLs(_ text: String) -> String {
    let mark = Array("://".utf8)
    let bytes = Array(text.utf8)
    guard bytes.firstRange(of: mark) != nil else { return text }
    var out: [UInt8] = []
    var rest = bytes[...]
    while let range = rest.firstRange(of: mark) {
      out += rest[..<range.upperBound]
      rest = rest[range.upperBound...]
      let authority = rest.prefix { !isEnd($0) && !"/?#\\".utf8.contains($0) }
      rest = rest[authority.endIndex...]
      let hidden = rest.prefix { !isEnd($0) }
      rest = rest[hidden.endIndex...]
      let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
      out += host
      if hidden.count > 1 || hidden.first.map({ $0 != UInt8(ascii: "/") }) ?? false {
        out += Array("/***".utf8)
      }
    }
    return String(decoding: out + rest, as: UTF8.self)
  }

  /// Where a URL within a sentence ends.
  private static func isEnd(_ byte: UInt8) -> Bool { byte <= 0x20 || "\"'<>`".utf8.contains(byte) }
}
