package import Foundation
package import SpendEngine

/// What `status` says: one value, made by the daemon (or from its state while it is down), sent as JSON, rendered as text.
package struct StatusReport: Codable, Sendable {
  package struct Amount: Codable, Sendable, Hashable {
    /// Decimal USD for spend, else a whole number.
    package var text: String
    /// Nano-dollars for spend, else the count.
    package var raw: Int64
  }
  package struct Standing: Codable, Sendable {
    package var subject: [String: String]
    package var name: String
    package var value: Amount
    package var limit: Amount
    /// `50%`, `firing`; absent below every step.
    package var level: String?
    package var windowStart: String?
    package var windowEnd: String?
    package var note: String?
  }
  package struct RuleStanding: Codable, Sendable {
    package var name: String
    package var per: String
    package var metric: String
    package var window: String
    package var mode: String
    package var halt: String?
    /// Subjects with something in the current window.
    package var subjects: Int
    package var top: [Standing]
  }
  package struct HaltLine: Codable, Sendable {
    package var subject: [String: String]
    package var name: String
    /// `rule:<name>` or `person:<name>`.
    package var origin: String
    package var why: String
    package var since: String
    package var until: String?
    /// Waits for the brake.
    package var held: Bool
  }
  package struct SwitchLine: Codable, Sendable {
    package var kind: String
    package var target: String
    /// `ok` or `failing`.
    package var state: String
    package var failingSince: String?
    package var error: String?
    /// Halted there by somebody else.
    package var foreign: [String]
    package init(
      kind: String, target: String, state: String, failingSince: String?, error: String?, foreign: [String]
    ) {
      self.kind = kind
      self.target = target
      self.state = state
      self.failingSince = failingSince
      self.error = error
      self.foreign = foreign
    }
  }
  package struct BooksLine: Codable, Sendable, Hashable {
    package var read: Int64
    package var folded: Int64
    package var duplicate: Int64
    package var noUsage: Int64
    package var rejected: [String: Int64]
    package var skewed: Int64
    package var late: Int64
    package var untimed: Int64
    package var contradictory: Int64
    package var grew: Int64
    package var pricedBy: [String: Int64]

    package init(_ books: Books) {
      read = books.read
      folded = books.folded
      duplicate = books.duplicate
      noUsage = books.noUsage
      rejected = [:]
      for reason in Rejection.allCases where books.rejected[Int(reason.rawValue)] > 0 {
        rejected[reason.name] = books.rejected[Int(reason.rawValue)]
      }
      skewed = books.skewed
      late = books.late
      untimed = books.untimed
      contradictory = books.contradictory
      grew = books.grew
      pricedBy = ["log": books.pricedByLog, "table": books.pricedByTable, "dearest": books.pricedByDearest]
    }
  }
  package struct FileLine: Codable, Sendable {
    package var path: String
    package var source: String
    package var offset: Int64
    package var size: Int64
    package var unread: Int64
    package var state: String
    package var problem: String?
    package var books: BooksLine?
    package init(
      path: String, source: String, offset: Int64, size: Int64, unread: Int64, state: String,
      problem: String?,
      books: BooksLine?
    ) {
      self.path = path
      self.source = source
      self.offset = offset
      self.size = size
      self.unread = unread
      self.state = state
      self.problem = problem
      self.books = books
    }
  }
  package struct StateLine: Codable, Sendable {
    package var directory: String
    package var sequence: Int64
    package var lastCommit: String?
    package var failingSince: String?
    package var error: String?
    /// Alerts that wait to be delivered, and those given up.
    package var alertsQueued: Int
    package var alertsDead: Int
    package init(
      directory: String, sequence: Int64, lastCommit: String?, failingSince: String?, error: String?,
      alertsQueued: Int,
      alertsDead: Int
    ) {
      self.directory = directory
      self.sequence = sequence
      self.lastCommit = lastCommit
      self.failingSince = failingSince
      self.error = error
      self.alertsQueued = alertsQueued
      self.alertsDead = alertsDead
    }
  }

  package var version = spendfuseVersion
  /// Of the daemon; absent when it is down.
  package var pid: Int32?
  package var time: String
  package var rulesFile: String
  package var catchingUp: Bool
  package var rules: [RuleStanding]
  package var halts: [HaltLine]
  package var brakeHeld: Int
  package var switches: [SwitchLine]
  package var files: [FileLine]
  package var books: BooksLine
  package var names: [String: Int]
  package var state: StateLine

  package init(
    _ engine: EngineStatus, pid: Int32?, rulesFile: String, switches: [SwitchLine], files: [FileLine],
    state: StateLine
  ) {
    self.pid = pid
    time = engine.time.rfc3339
    self.rulesFile = rulesFile
    catchingUp = engine.isCatchingUp
    rules = engine.rules.map(RuleStanding.init)
    halts = engine.halts.map(HaltLine.init)
    brakeHeld = engine.brakeHeld
    self.switches = switches
    self.files = files
    books = BooksLine(engine.books)
    names = Dictionary(uniqueKeysWithValues: engine.names.map { ($0.key.name, $0.value) })
    self.state = state
  }

  /// As `status --json` prints it: keys in snake case, sorted.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
  package static func decode(_ data: Data) throws -> StatusReport {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(StatusReport.self, from: data)
  }
}

extension StatusReport.RuleStanding {
  fileprivate init(_ standing: EngineStatus.RuleStanding) {
    let rule = standing.rule
    guard case .threshold(let threshold) = rule.kind else {
      preconditionFailure("a closed enum has no other case")
    }
    name = rule.name
    per = rule.per.name
    metric = threshold.metric.rawValue
    window = threshold.window.name
    mode = rule.mode.name
    halt = rule.halt?.rawValue
    subjects = standing.subjects
    top = standing.top.map { StatusReport.Standing($0, threshold.metric) }
  }
}

extension StatusReport.Standing {
  fileprivate init(_ standing: EngineStatus.Standing, _ metric: Metric) {
    subject = standing.subject.fields
    name = standing.subject.text
    value = StatusReport.Amount(standing.value, metric)
    limit = StatusReport.Amount(standing.limit, metric)
    level = standing.level?.name
    windowStart = standing.windowStart?.rfc3339
    windowEnd = standing.windowEnd?.rfc3339
    note = standing.note.isEmpty ? nil : standing.note
  }
}

extension StatusReport.Amount {
  fileprivate init(_ amount: Int64, _ metric: Metric) {
    raw = amount
    text = metric == .spend ? NanoUSD(rawValue: amount).decimal : String(amount)
  }
}

extension StatusReport.HaltLine {
  fileprivate init(_ halt: Halt) {
    subject = halt.subject.fields
    name = halt.subject.text
    origin =
      switch halt.origin {
      case .rule(let rule): "rule:\(rule)"
      case .person(let person): "person:\(person)"
      }
    why = halt.why
    since = halt.since.rfc3339
    until = halt.until?.rfc3339
    held = halt.isHeld
  }
}

extension Subject {
  /// `{"key": "ci-bot"}`; empty for global.
  package var fields: [String: String] {
    Dictionary(zip(per.dimensions.map(\.name), names)) { first, _ in first }
  }
}
