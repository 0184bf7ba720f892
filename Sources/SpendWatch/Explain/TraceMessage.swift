package import SpendEngine

/// `explain --request` and `explain --line` as JSON: where the numbers of a record came from. Nothing of prompts and answers is in it.
package struct TraceMessage: Codable, Sendable, Hashable {
  package struct Field: Codable, Sendable, Hashable {
    package var path: String
    package var value: String
  }
  package struct Bucket: Codable, Sendable, Hashable {
    package var name: String
    package var tokens: Int64
    package var rule: String
    /// Nano-dollars a million tokens, and what the bucket costs; nil where the cost was logged.
    package var rateNanoUsdPerMillion: Int64?
    package var costNanoUsd: Int64?
    package var costUsd: String?
  }
  package struct Price: Codable, Sendable, Hashable {
    /// `log`, `table`, `dearest`, `none`.
    package var by: String
    package var costNanoUsd: Int64
    package var costUsd: String
    /// Of the price table: the row, where it is from, the service tier, and the step of long context that the call is past.
    package var row: String?
    package var origin: String?
    package var tier: String?
    package var longContextAbove: Int64?
    /// What surcharges multiply the price of the tokens by, in millionths; nil where there is none.
    package var surchargeMillionths: Int64?
    package var webSearches: Int64?
    package var webSearchFeeNanoUsd: Int64?
  }
  /// Whether the record counts.
  package struct Counting: Codable, Sendable, Hashable {
    /// `once` (its format writes each call once), `first`, `duplicate`, `grew`.
    package var outcome: String
    package var text: String
    /// What it added.
    package var costNanoUsd: Int64
    package var costUsd: String
    package var tokens: Int64
    /// Of the first sighting, where this is none.
    package var firstFile: String?
    package var firstOffset: Int64?
  }
  package struct RuleFacts: Codable, Sendable, Hashable {
    package var name: String
    package var metric: String
    package var subject: SubjectMessage
    package var alias: String?
    package var window: String
    package var windowStart: EngineTime?
    package var windowEnd: EngineTime?
    /// What the record adds to it.
    package var amount: Int64
    package var limit: Int64
    /// The sum as a daemon or a state has it now; nil where none was asked, or where the record's window is over.
    package var value: Int64?
    package var state: String?
    /// For people.
    package var text: String
  }

  package var file: String
  package var offset: Int64
  package var length: Int64
  /// The pattern or argument that led to the file.
  package var source: String
  /// What the source says, and the format that the record was read by.
  package var sourceFormat: String
  package var format: String?
  package var formatText: String
  /// `usage`, `no_usage`, or why it was rejected.
  package var outcome: String
  package var fields: [Field]
  /// The rest is there only where the record is usage.
  package var time: EngineTime?
  /// `logged`, or `none`: then the time of reading stands in.
  package var timeFrom: String?
  package var key: String?
  package var keyAlias: String?
  package var task: String?
  package var model: String?
  package var user: String?
  package var team: String?
  package var requestId: String?
  package var requests: Int64?
  package var errors: Int64?
  package var maxTokens: Int64?
  package var isContradictory: Bool?
  package var buckets: [Bucket]
  package var price: Price?
  package var counting: Counting?
  package var rules: [RuleFacts]
}

/// What was found.
package struct TracesMessage: Codable, Sendable, Hashable {
  package var records: [TraceMessage]
  /// Logs that were searched.
  package var logs: Int
  package var notes: [String]
}
