import Foundation
package import SpendEngine

/// Where alerts go. Closed: a new receiver is one folder and one case.
package struct Receiver: Sendable, Hashable {
  /// Unique in a file.
  package var name: String
  package var kind: Kind

  package enum Kind: Sendable, Hashable {
    case slack(SlackReceiver)
    case webhook(WebhookReceiver)
  }

  package init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// The sections a receiver may have, and their settings.
  package static let kinds: [(name: String, settings: [Setting])] = [
    ("slack", SlackReceiver.settings), ("webhook", WebhookReceiver.settings),
  ]
}

extension Receiver {
  /// The JSON to POST about `announcement`.
  func body(of announcement: Announcement) -> String {
    switch kind {
    case .slack: Self.json(SlackMessage(announcement))
    case .webhook: Self.json(WebhookMessage(announcement, receiver: name, timeZone: announcement.timeZone))
    }
  }

  /// Where to POST it.
  var url: Secret {
    switch kind {
    case .slack(let settings): settings.url
    case .webhook(let settings): settings.url
    }
  }

  static func json(_ message: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(message)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
