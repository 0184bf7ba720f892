import Foundation
package import SpendEngine

/// Where alerts go. Closed: a new receiver is one folder and one case.
package struct Receiver: Sendable, Hashable {
  /// Unique in a file.
  package var name: String
  package var kind: Kind
  /// Whether it is told that the watcher itself is blind, or a kill switch fails.
  package var takesAlarms = true

  package enum Kind: Sendable, Hashable {
    case slack(SlackReceiver)
    case webhook(WebhookReceiver)

    /// A kind without its settings: the section's name in a rules file.
    package enum Name: String, SectionName {
      case slack, webhook
    }

    package var name: Name {
      switch self {
      case .slack: .slack
      case .webhook: .webhook
      }
    }
  }

  package init(name: String, kind: Kind, takesAlarms: Bool = true) {
    self.name = name
    self.kind = kind
    self.takesAlarms = takesAlarms
  }

  /// Of every kind.
  package static let settings: [Setting] = [
    Setting(
      "name", .text, required: true, help: "unique in the file; appears in status", example: "oncall"),
    Setting(
      "alarms", .flag,
      help: "whether it is told when the watcher itself is blind or a kill switch fails; default true",
      example: "false"),
  ]
}

extension Receiver.Kind.Name {
  package var settings: [Setting] {
    switch self {
    case .slack: SlackReceiver.settings
    case .webhook: WebhookReceiver.settings
    }
  }

  /// - Parameter values: each checked for itself against `settings`.
  /// - Returns: nil with the problems, where it cannot be made.
  package func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> Receiver.Kind? {
    switch self {
    case .slack:
      SlackReceiver.make(values, context, problems: &problems).map(Receiver.Kind.slack)
    case .webhook:
      WebhookReceiver.make(values, context, problems: &problems).map(Receiver.Kind.webhook)
    }
  }
}

extension Receiver {
  /// The JSON to POST about `announcement`.
  func body(of announcement: Announcement) -> String {
    switch kind {
    case .slack: Self.json(SlackMessage(announcement))
    case .webhook: Self.json(WebhookMessage(announcement, receiver: name, timeZone: announcement.timeZone))
    }
  }

  /// Where to POST it; only host and port of it may be shown.
  package var url: Secret {
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
