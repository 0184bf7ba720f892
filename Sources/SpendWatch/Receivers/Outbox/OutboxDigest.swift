import Foundation
import SpendEngine

extension Receiver {
  /// One message for many that waited through an outage: nobody wants a hundred pages at once. nil if a body is not one of ours.
  /// - Parameter since: when the oldest was made.
  func digest(of bodies: [String], since: EngineTime) -> String? {
    switch kind {
    case .slack: return Self.slackDigest(bodies, since)
    case .webhook: return Self.webhookDigest(bodies, since)
    }
  }

  private static func title(_ count: Int, _ since: EngineTime) -> String {
    "\(count) messages that could not be delivered since \(TimeText.people(since, timeZone: "UTC"))"
  }

  /// The first 20 titles.
  private static func slackDigest(_ bodies: [String], _ since: EngineTime) -> String? {
    struct Body: Decodable { var text: String }
    var titles: [String] = []
    for body in bodies {
      guard let text = try? JSONDecoder().decode(Body.self, from: Data(body.utf8)).text else { return nil }
      titles.append(SlackText.unescaped(text))
    }
    var lines = Array(titles.prefix(20))
    if titles.count > lines.count { lines.append("and \(titles.count - lines.count) more") }
    return json(SlackMessage(title: title(bodies.count, since), lines: lines))
  }

  /// All alerts in one message, in order.
  private static func webhookDigest(_ bodies: [String], _ since: EngineTime) -> String? {
    var messages: [WebhookMessage] = []
    for body in bodies {
      guard let message = try? JSONDecoder().decode(WebhookMessage.self, from: Data(body.utf8)) else {
        return nil
      }
      messages.append(message)
    }
    return WebhookMessage(merging: messages, summary: title(bodies.count, since)).map { json($0) }
  }
}
