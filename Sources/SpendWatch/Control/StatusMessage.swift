package import SpendEngine

/// `status --json`: where everything stands. Amounts are in the metric's unit (nano-dollars for spend), with a decimal string of
/// USD beside them where they are money; times are RFC 3339.
package struct StatusMessage: Codable, Sendable, Hashable {
  package var version: String
  package var pid: Int32
  package var state: String
  package var rulesFile = ""
  /// Engine time.
  package var time: EngineTime
  package var startedAt: EngineTime
  package var isCatchingUp: Bool
  package var rules: [RuleLine]
  package var halts: [HaltLine]
  /// Halts that wait for the brake.
  package var brakeHeld: Int
  package var switches: [SwitchLine]
  package var sources: [SourceLine]
  package var files: [FileLine]
  package var books: BooksLine
  /// Distinct names seen, by dimension.
  package var names: [String: Int]
  package var outbox: OutboxLine
  package var commits: CommitLine
  /// For people: what needs their eye.
  package var warnings: [String]

  package struct RuleLine: Codable, Sendable, Hashable {
    package var name: String
    package var per: String
    package var metric: String
    package var window: String
    package var mode: String
    /// Subjects seen in the current window.
    package var subjects: Int
    /// The nearest to their limits first.
    package var top: [Standing]
  }

  package struct Standing: Codable, Sendable, Hashable {
    package var subject: SubjectMessage
    package var alias: String?
    package var value: Int64
    package var limit: Int64
    package var valueUsd: String?
    package var limitUsd: String?
    /// `80%`, `firing`; nil below every step.
    package var level: String?
    package var windowStart: EngineTime?
    package var windowEnd: EngineTime?
    package var note: String
  }

  package struct HaltLine: Codable, Sendable, Hashable {
    package var subject: SubjectMessage
    package var alias: String?
    /// One of the two.
    package var rule: String?
    package var person: String?
    package var why: String
    package var since: EngineTime
    /// nil = until somebody lifts it.
    package var until: EngineTime?
    /// Waits for the brake: not asserted yet.
    package var isHeld: Bool
  }

  package struct SwitchLine: Codable, Sendable, Hashable {
    /// For people, without a password: `redis 127.0.0.1:6379`, `directory /run/spendfuse/halts`.
    package var name: String
    package var failingSince: EngineTime?
    package var problem: String?
    /// Subjects asserted.
    package var asserted: Int
    /// Halts found there that are not ours.
    package var foreign: [String]
    package init(
      name: String, failingSince: EngineTime? = nil, problem: String? = nil, asserted: Int = 0,
      foreign: [String] = []
    ) {
      self.name = name
      self.failingSince = failingSince
      self.problem = problem
      self.asserted = asserted
      self.foreign = foreign
    }
  }

  package struct SourceLine: Codable, Sendable, Hashable {
    package var pattern: String
    package var format: String
    package var files: Int
    package var unreadBytes: Int64
    package var books: BooksLine
    package init(pattern: String, format: String, files: Int, unreadBytes: Int64, books: Books) {
      self.pattern = pattern
      self.format = format
      self.files = files
      self.unreadBytes = unreadBytes
      self.books = BooksLine(books)
    }
  }

  package struct FileLine: Codable, Sendable, Hashable {
    package var path: String
    package var offset: Int64
    package var size: Int64
    package var problem: String?
    package var books: BooksLine
    package init(path: String, offset: Int64, size: Int64, problem: String? = nil, books: Books) {
      self.path = path
      self.offset = offset
      self.size = size
      self.problem = problem
      self.books = BooksLine(books)
    }
  }

  package struct OutboxLine: Codable, Sendable, Hashable {
    package var pending: Int
    package var dead: Int
    package init(pending: Int = 0, dead: Int = 0) {
      self.pending = pending
      self.dead = dead
    }
  }

  package struct CommitLine: Codable, Sendable, Hashable {
    /// The last batch committed.
    package var sequence: Int64
    package var at: EngineTime?
    /// Why the last try failed; nil = it did not.
    package var problem: String?
    /// Since when commits fail; nil = they do not.
    package var failingSince: EngineTime?
    /// Bytes that wait in memory for a commit, while they fail.
    package var waitingBytes: Int?
    package init(sequence: Int64 = 0, at: EngineTime? = nil, problem: String? = nil) {
      self.sequence = sequence
      self.at = at
      self.problem = problem
    }
  }
}

/// `Books` with the reasons by name; read = folded + duplicate + no_usage + the sum of rejected.
package struct BooksLine: Codable, Sendable, Hashable {
  package var read: Int64
  package var folded: Int64
  package var duplicate: Int64
  package var noUsage: Int64
  /// Only reasons that occurred.
  package var rejected: [String: Int64]
  package var skewed: Int64
  package var late: Int64
  package var untimed: Int64
  package var contradictory: Int64
  package var grew: Int64
  package var pricedByLog: Int64
  package var pricedByTable: Int64
  package var pricedByDearest: Int64

  package init(_ books: Books) {
    read = books.read
    folded = books.folded
    duplicate = books.duplicate
    noUsage = books.noUsage
    rejected = [:]
    for reason in Rejection.allCases {
      let index = Int(reason.rawValue)
      if index < books.rejected.count, books.rejected[index] != 0 {
        rejected[reason.name] = books.rejected[index]
      }
    }
    skewed = books.skewed
    late = books.late
    untimed = books.untimed
    contradictory = books.contradictory
    grew = books.grew
    pricedByLog = books.pricedByLog
    pricedByTable = books.pricedByTable
    pricedByDearest = books.pricedByDearest
  }
}

extension StatusMessage {
  /// What the engine knows; the caller adds what the other threads know (switches, sources, files, outbox, commits, warnings).
  package init(_ engine: EngineStatus, state: String, pid: Int32, startedAt: EngineTime) {
    version = spendfuseVersion
    self.pid = pid
    self.state = state
    time = engine.time
    self.startedAt = startedAt
    isCatchingUp = engine.isCatchingUp
    rules = engine.rules.map(RuleLine.init)
    halts = engine.halts.map(HaltLine.init)
    brakeHeld = engine.brakeHeld
    switches = []
    sources = []
    files = []
    books = BooksLine(engine.books)
    names = [:]
    for (dimension, count) in engine.names { names[dimension.name] = count }
    outbox = OutboxLine()
    commits = CommitLine()
    warnings = []
  }
}

extension StatusMessage.RuleLine {
  init(_ standing: EngineStatus.RuleStanding) {
    let rule = standing.rule
    name = rule.name
    per = rule.per.name
    mode = rule.mode.name
    subjects = standing.subjects
    switch rule.kind {
    case .threshold(let threshold):
      metric = threshold.metric.rawValue
      window = threshold.window.name
      top = standing.top.map { StatusMessage.Standing($0, isMoney: threshold.metric == .spend) }
    }
  }
}

extension StatusMessage.Standing {
  init(_ standing: EngineStatus.Standing, isMoney: Bool) {
    subject = SubjectMessage(standing.subject)
    alias = standing.subject.alias
    value = standing.value
    limit = standing.limit
    valueUsd = isMoney ? NanoUSD(rawValue: standing.value).decimal : nil
    limitUsd = isMoney ? NanoUSD(rawValue: standing.limit).decimal : nil
    level = standing.level?.name
    windowStart = standing.windowStart
    windowEnd = standing.windowEnd
    note = standing.note
  }
}

extension StatusMessage.HaltLine {
  init(_ halt: Halt) {
    subject = SubjectMessage(halt.subject)
    alias = halt.subject.alias
    switch halt.origin {
    case .rule(let name): rule = name
    case .person(let name): person = name
    }
    why = halt.why
    since = halt.since
    until = halt.until
    isHeld = halt.isHeld
  }
}
