internal import Foundation
package import SpendEngine

/// JSON of the control socket and of `--json`: snake_case keys, sorted, slashes unescaped.
package enum ControlJSON {
  package static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    return [UInt8](try encoder.encode(value))
  }
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(bytes))
  }
}

/// The body of every reply that is not 200.
package struct FailureMessage: Codable, Sendable, Hashable {
  package var error: String
}

/// A subject as `{"key": "ci-bot"}`, one member a dimension; `{}` is everything.
package struct SubjectMessage: Codable, Sendable, Hashable {
  package var names: [String: String]

  package init(_ subject: Subject) {
    names = [:]
    for (dimension, name) in zip(subject.per.dimensions, subject.names) { names[dimension.name] = name }
  }

  /// nil where a dimension is unknown, or a name is empty or over 4 KiB.
  package var subject: Subject? {
    var rest = names
    var per: Per = []
    var ordered: [String] = []
    for dimension in Dimension.allCases {
      guard let name = rest.removeValue(forKey: dimension.name) else { continue }
      guard !name.isEmpty, name.utf8.count <= 4096 else { return nil }
      per.insert(Per(dimension))
      ordered.append(name)
    }
    return rest.isEmpty ? Subject(per, ordered) : nil
  }

  /// For people, as `Subject.text` has it; `?` where it is none.
  package func text(alias: String?) -> String {
    guard var subject else { return "?" }
    subject.alias = alias
    return subject.text
  }

  package init(from decoder: any Decoder) throws {
    names = try decoder.singleValueContainer().decode([String: String].self)
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}

/// A person halts a subject.
package struct HaltRequest: Codable, Sendable, Hashable {
  package var subject: SubjectMessage
  package var why: String
  package var by: String
  /// nil = until somebody lifts it.
  package var until: EngineTime?

  package init(subject: Subject, why: String, by: String, until: EngineTime? = nil) {
    self.subject = SubjectMessage(subject)
    self.why = why
    self.by = by
    self.until = until
  }

  /// nil = the subject is none.
  package var command: OperatorCommand? {
    subject.subject.map { .halt($0, why: why, by: by, until: until) }
  }
}

/// A person lifts halts: of a subject, of one rule on a subject, or of one rule on everybody.
package struct ResumeRequest: Codable, Sendable, Hashable {
  package var subject: SubjectMessage?
  package var rule: String?
  package var why: String
  package var by: String
  /// At most one of the three: per cent of the limit, ...
  package var headroomPercent: Int64?
  /// ... until the window ends, ...
  package var untilReset: Bool?
  /// ... or for so many milliseconds.
  package var forMilliseconds: Int64?

  package init(subject: Subject?, rule: String?, why: String, by: String, headroom: Headroom = .standard) {
    self.subject = subject.map(SubjectMessage.init)
    self.rule = rule
    self.why = why
    self.by = by
    switch headroom {
    case .percent(let percent): headroomPercent = percent
    case .untilReset: untilReset = true
    case .span(let span): forMilliseconds = span
    }
  }

  /// nil = neither subject nor rule, a subject that is none, or headroom that is negative or given twice.
  package var command: OperatorCommand? {
    let given: [Headroom?] = [
      headroomPercent.map(Headroom.percent), untilReset == true ? .untilReset : nil,
      forMilliseconds.map(Headroom.span),
    ]
    let chosen = given.compactMap { $0 }
    guard chosen.count <= 1, (headroomPercent ?? 0) >= 0, (forMilliseconds ?? 0) >= 0 else { return nil }
    let headroom = chosen.first ?? .standard
    if let subject {
      return subject.subject.map { .resume($0, rule: rule, why: why, by: by, headroom: headroom) }
    }
    return rule.map { .resumeRule($0, why: why, by: by, headroom: headroom) }
  }
}

/// What an operator is told.
package struct OperatorMessage: Codable, Sendable, Hashable {
  package var changed: Bool
  package var lines: [String]

  package init(_ reply: OperatorReply) {
    changed = reply.changed
    lines = reply.told
  }
  package var reply: OperatorReply { OperatorReply(changed: changed, lines: lines) }
}
