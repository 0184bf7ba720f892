import Foundation
import SpendEngine

/// How a secret URL is named in texts: its host and six characters of its hash, so that two of one host can be told apart.
/// A webhook's path is its password, so nothing else of it is ever printed.
package struct URLLabel: Sendable, Hashable, CustomStringConvertible {
  /// `hooks.slack.com (3f9a1c)`
  package let description: String

  package init(_ url: String) {
    let mark = SHA256.hex(url).prefix(6)
    // Only what can stand in a host: a URL that does not parse shows nothing of itself.
    let host = URLComponents(string: url)?.host ?? ""
    let isPlain =
      !host.isEmpty && host.utf8.count <= 253
      && host.utf8.allSatisfy { $0.isAlphanumeric || ".-:[]_".utf8.contains($0) }
    description = isPlain ? "\(host) (\(mark))" : "(\(mark))"
  }
}
