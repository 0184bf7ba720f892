import Foundation
import SpendEngine

/// Alertmanager's webhook JSON, version 4.
struct WebhookMessage: Codable {
  struct Alert: Codable {
    var status: String
    var labels: [String: String]
    var annotations: [String: String]
    var startsAt: String
    var endsAt: String
    var generatorURL = ""
    var fingerprint: String
  }

  var version = "4"
  var groupKey: String
  var truncatedAlerts: Int
  var status: String
  var receiver: String
  var groupLabels: [String: String]
  var commonLabels: [String: String]
  var commonAnnotations: [String: String]
  var externalURL = ""
  var alerts: [Alert]

  /// Alerts of one message; the rest is counted in `truncatedAlerts`.
  static let most = 100
  private static let longest = 1_024
  /// Alertmanager's way to say that it has not ended.
  static let noEnd = "0001-01-01T00:00:00Z"

  init(_ announcement: Announcement, receiver: String, timeZone: String) {
    self.receiver = receiver
    let items = announcement.items
    alerts = items.prefix(Self.most).map { Self.alert($0, announcement, timeZone) }
    truncatedAlerts = max(0, items.count - Self.most)
    status = announcement.isResolved ? "resolved" : "firing"
    groupLabels = ["alertname": announcement.first.rule]
    if items.count == 1 { groupLabels.merge(Self.dimensions(announcement.first)) { first, _ in first } }
    groupLabels.merge(announcement.labels) { first, _ in first }
    let labels = groupLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
    groupKey = "{}:{\(labels.joined(separator: ", "))}"
    commonLabels = Self.common(alerts.map(\.labels))
    commonAnnotations = Self.common(alerts.map(\.annotations))
    if items.count > 1 {
      // The digest itself: what a template shows for the whole message.
      commonAnnotations["summary"] = announcement.text.title.printable
      commonAnnotations["description"] = announcement.text.lines.map(\.printable).joined(
        separator: "\n")
    }
  }

  /// Several messages to one receiver as one; nil for none.
  init?(merging messages: [WebhookMessage], summary: String) {
    guard let first = messages.first else { return nil }
    receiver = first.receiver
    let all = messages.flatMap(\.alerts)
    // Where not all fit, the latest are what matters.
    alerts = Array(all.suffix(Self.most))
    truncatedAlerts = all.count - alerts.count + messages.reduce(0) { $0 + $1.truncatedAlerts }
    status = alerts.contains { $0.status == "firing" } ? "firing" : "resolved"
    groupKey = "{}:{}"
    groupLabels = [:]
    commonLabels = Self.common(alerts.map(\.labels))
    commonAnnotations = ["summary": summary]
  }

  private static func alert(_ item: Announcement.Item, _ announcement: Announcement, _ timeZone: String)
    -> Alert
  {
    let decision = item.decision
    var text = announcement.text
    if announcement.items.count > 1 {
      text = AlertText(decision, halt: item.halt, isLifted: item.isLifted, timeZone: timeZone)
      text.command = text.command.map { $0 + announcement.commandEnding }
    }
    let notes = announcement.noteText(item)
    var labels = dimensions(decision)
    labels["alertname"] = decision.rule
    labels["rule"] = decision.rule
    labels["severity"] = notes.severity.rawValue
    labels["level"] = decision.level.name
    labels["mode"] = decision.mode.name
    labels.merge(announcement.labels) { ours, _ in ours }
    labels.merge(notes.labels) { ours, _ in ours }
    let isResolved = item.isOver
    let start =
      isResolved ? min(decision.since ?? decision.windowStart ?? decision.at, decision.at) : decision.at
    return Alert(
      status: isResolved ? "resolved" : "firing", labels: labels,
      annotations: annotations(item, text, notes),
      startsAt: start.rfc3339, endsAt: isResolved ? decision.at.rfc3339 : noEnd,
      fingerprint: decision.alertID.hex)
  }

  private static func annotations(
    _ item: Announcement.Item, _ text: AlertText, _ rule: NoteText
  ) -> [String: String] {
    let decision = item.decision
    var notes = [
      "summary": text.title.printable,
      "description": text.lines.map(\.printable).joined(separator: "\n"),
      "decision": decision.kind.rawValue,
      "window": decision.window.name,
    ]
    if decision.limit > 0 {
      notes["value"] = decision.metric.text(decision.value)
      notes["limit"] = decision.metric.text(decision.limit)
      let past = decision.value.subtractingSaturating(decision.limit)
      if past > 0, decision.isPartOfLimit { notes["past_limit"] = decision.metric.text(past) }
    }
    if let usual = decision.baseline { notes["usual"] = decision.metric.text(usual) }
    if !item.isOver, let end = decision.windowEnd, end != .distantFuture {
      notes["resets_at"] = end.rfc3339
    }
    if let halt = item.halt, !halt.isHeld {
      notes["halted"] = SubjectText.noun(halt.target ?? decision.subject).printable
      notes["halted_until"] =
        (halt.haltUntil ?? decision.haltUntil)?.rfc3339
        ?? (halt.haltEnd == .clear ? "its alert is over" : "lifted by hand")
    }
    if let model = decision.guessedModel {
      notes["price_guessed_for"] = String(model.prefix(longest)).printable
    }
    if let command = text.command { notes["command"] = command.printable }
    for own in rule.annotations where !RuleNotes.ownAnnotations.contains(own.name) {
      notes[own.name] = own.text
    }
    return notes
  }

  /// `key`, `task`, ... as logged (JSON can carry anything), cut at 1,024 characters.
  private static func dimensions(_ decision: Decision) -> [String: String] {
    let names = decision.subject.names.map { String($0.prefix(longest)) }
    return Dictionary(
      zip(decision.subject.per.dimensions.map(\.name), names), uniquingKeysWith: { first, _ in first })
  }

  private static func common(_ all: [[String: String]]) -> [String: String] {
    (all.first ?? [:]).filter { name, value in all.allSatisfy { $0[name] == value } }
  }

  /// As Prometheus quotes a label's value.
  private static func quoted(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
