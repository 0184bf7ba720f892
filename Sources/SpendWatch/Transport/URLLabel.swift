import Foundation

/// How a secret URL is named in texts: its host and six characters of its hash, so that two of one host can be told apart.
/// A webhook's path is its password, so nothing else of it is ever printed.
package struct URLLabel: Sendable, Hashable, CustomStringConvertible {
  /// `hooks.slack.com (3f9a1c)`
  package let description: String

  package init(_ url: String) {
    let mark = SHA256.hex(url).prefix(6)
    // Only what can stand in a host: a URL that does not parse shows nothing of itself.
    let host = URLComponents(string: url)?.host ?? ""
    let isPlain = !host.isEmpty && host.utf8.count <= 253 && host.utf8.allSatisfy(Self.isHostByte)
    description = isPlain ? "\(host) (\(mark))" : "(\(mark))"
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
