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
