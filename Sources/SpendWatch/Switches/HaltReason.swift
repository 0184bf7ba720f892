import Foundation
package import SpendEngine

/// The JSON beside a flag (`<key>:why`) or in a halt file: why, and who wrote it.
///
///     {"origins":[{"rule":"key-daily-cap"}],"since":"2026-11-24T10:00:00.000Z","subject":{"key":"ci-bot"},
///      "until":"2026-11-25T00:00:00.000Z","why":"...","writer":"4f1c..."}
package struct HaltReason: Codable, Hashable, Sendable {
  package struct Origin: Codable, Hashable, Sendable {
    package var rule: String?
    package var person: String?
  }

  /// By dimension; empty for `global`.
  package var subject: [String: String]
  package var why: String
  package var origins: [Origin]
  /// RFC 3339, as is `until`.
  package var since: String
  /// Left out where the halt has no end.
  package var until: String?
  /// The id of the state whose halt it is: who may take it away.
  package var writer: String

  /// - Parameter hidesAmounts: `why` is then the person's words, or the rules' names where a rule is among the origins.
  package init(_ subject: Subject, _ shown: HaltIntent.Shown, writer: String, hidesAmounts: Bool = false) {
    self.subject = SubjectMessage(subject).names
    origins = shown.origins.map { origin in
      switch origin {
      case .rule(let name): Origin(rule: name, person: nil)
      case .person(let name): Origin(rule: nil, person: name)
      }
    }
    let rules = origins.compactMap(\.rule)
    why = hidesAmounts && !rules.isEmpty ? "halted by rule \(rules.joined(separator: ", "))" : shown.why
    since = shown.since.rfc3339
    until = shown.until?.rfc3339
    self.writer = writer
  }

  /// Reads what `json` writes, or what another writer made of it; nil for anything else.
  package init?(json: [UInt8]) {
    guard let reason = try? JSONDecoder().decode(HaltReason.self, from: Data(json)) else { return nil }
    self = reason
  }

  /// On one line, keys in order: equal reasons are equal bytes.
  package var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { [UInt8]($0) } ?? []
  }

  /// When the halt ends; nil = it does not say.
  package var end: EngineTime? { until.flatMap(EngineTime.init(rfc3339:)) }
}

/// A reason as it is written. Making it costs far more than comparing it, and what is halted is compared every 2 s.
struct WrittenReason: Hashable {
  let json: [UInt8]
  /// nil = no end.
  let end: EngineTime?

  init(_ reason: HaltReason) {
    json = reason.json
    end = reason.end
  }
}

/// A halt that we did not write: shown, and lifted only where a person's resume names it.
package struct ForeignHalt: Hashable, Sendable {
  package var name: SwitchName
  package var subject: Subject
  /// What stands beside it, if it says; escaped for terminals.
  package var why: String
  /// The other state's id; nil where it names none.
  package var writer: String?
  package var until: EngineTime?

  init(_ name: SwitchName, _ reading: SwitchReading) {
    let reason = reading.reason.flatMap(HaltReason.init(json:))
    self.name = name
    subject = name.subject
    // A hashed name says who it is in the reason, if that is true.
    if name.encoded.hasPrefix("~"), let text = reason?.subject[name.kind.rawValue],
      SwitchName.encode(text) == name.encoded
    {
      subject = name.kind == .key ? .key(text) : .task(text)
    }
    why = String((reason?.why ?? "").prefix(500)).printable
    writer = reason.map { String($0.writer.prefix(100)).printable }
    if case .at(let time) = reading.end { until = time }
  }

  /// For people: `key ci-bot: leaked (by state 4f1c…, until 2026-11-25T00:00:00.000Z)`.
  package var text: String {
    let notes = [writer.map { "by state \($0)" }, until.map { "until \($0.rfc3339)" }].compactMap {
      $0
    }
    return subject.text.printable + (why.isEmpty ? "" : ": \(why)")
      + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
  }
}
