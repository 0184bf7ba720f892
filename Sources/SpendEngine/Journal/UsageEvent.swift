/// One billed call with its names looked up and its price settled: what is folded, and what the journal holds. What is folded is never
/// re-priced. A correction (a duplicate that grew) is an event of its own with the difference, which may be negative in a bucket.
package struct UsageEvent: Sendable, Hashable {
  /// Raw values are stored in two bits of the journal's flags: never reuse one.
  package enum Pricing: UInt8, Sendable, Hashable, CaseIterable {
    /// The source's own figure.
    case log = 0
    /// The price table.
    case table = 1
    /// The model has no price: the dearest row.
    case dearest = 2
    /// Nothing was billed (an error without tokens).
    case none = 3

    package var name: String {
      switch self {
      case .log: "log"
      case .table: "table"
      case .dearest: "dearest"
      case .none: "none"
      }
    }
  }

  package var time: EngineTime
  /// The source's pattern, a name like the others.
  package var source: NameID = NameTable.none
  package var key: NameID = NameTable.none
  package var task: NameID = NameTable.none
  package var model: NameID = NameTable.none
  package var user: NameID = NameTable.none
  package var team: NameID = NameTable.none
  package var tokens = TokenBuckets()
  package var cost = NanoUSD.zero
  package var requests: Int64 = 0
  package var errors: Int64 = 0
  package var pricing = Pricing.none
  /// What it was priced as, where the cost was not logged: a later report of the same call is priced alike.
  package var tier = ServiceTier.standard
  package var surcharges: Surcharges = []
  /// Of the request's identity; 0 = the source declares none.
  package var fingerprint: UInt64 = 0
  /// What tells calls of one identity apart, hashed; 0 = nothing.
  package var detail: UInt32 = 0
  package var isLoose = false
  /// How far the event was ahead of engine time when it was folded (ms), 0 if it was not: sliding windows count it as of then.
  package var ahead: Milliseconds = 0
  /// The difference to a call that was folded before.
  package var isCorrection = false

  package init(time: EngineTime) { self.time = time }

  /// The name of one dimension.
  @inlinable package func name(_ dimension: Dimension) -> NameID {
    switch dimension {
    case .key: key
    case .task: task
    case .model: model
    case .user: user
    case .team: team
    }
  }

  /// Whether some name of it had no room.
  @inlinable package var isOther: Bool {
    key == NameTable.other || task == NameTable.other || model == NameTable.other || user == NameTable.other
      || team == NameTable.other
  }

  /// What the event adds to a sum.
  @inlinable package func amount(_ metric: Metric) -> Int64 {
    switch metric {
    case .spend: cost.rawValue
    case .requests: requests
    case .tokens: tokens.total
    case .inputTokens: tokens.input
    case .outputTokens: tokens.outputWithReasoning
    case .errors: errors
    case .attempts: max(requests, errors)
    case .errorRatio, .maxTokens: 0
    }
  }
}
