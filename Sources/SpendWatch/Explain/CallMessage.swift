package import SpendEngine

/// One call as `explain` shows it. `amount` is in the rule's metric (nano-dollars for spend).
package struct CallMessage: Codable, Sendable, Hashable {
  package var time: EngineTime
  package var amount: Int64
  package var costNanoUsd: Int64
  package var costUsd: String
  package var key: String
  package var task: String
  package var model: String
  package var inputTokens: Int64
  package var outputTokens: Int64
  package var errors: Int64
  /// `log`, `table`, `dearest`, `none`.
  package var pricedBy: String
  /// A larger report of a call that was counted before: only the difference.
  package var isGrowth: Bool
  /// nil where it is not known any more.
  package var file: String?
  package var offset: Int64?

  init(_ call: SubjectCalls.Call, _ names: borrowing Names) {
    let event = call.event
    time = event.time
    amount = call.amount
    costNanoUsd = event.cost.rawValue
    costUsd = event.cost.decimal
    key = names.keys.string(event.key)
    task = names.tasks.string(event.task)
    model = names.models.string(event.model)
    inputTokens = event.tokens.input
    outputTokens = event.tokens.outputWithReasoning
    errors = event.errors
    pricedBy = event.pricing.name
    isGrowth = event.isCorrection
    file = call.place?.file
    offset = call.place?.offset
  }

  package var place: LogPlace? {
    guard let file, let offset else { return nil }
    return LogPlace(file: file, offset: offset)
  }
}

/// The calls behind a value.
package struct CallsMessage: Codable, Sendable, Hashable {
  package struct Hour: Codable, Sendable, Hashable {
    package var start: EngineTime
    package var amount: Int64
    package var requests: Int64
  }
  /// What a call adds: the rule's metric, `errors` for `error_ratio`, `requests` for `max_tokens`.
  package var metric: String
  /// Calls that are known one by one.
  package var count: Int64
  /// Of all of them, those that are known by the hour only included.
  package var amount: Int64
  /// In the order in which they were counted.
  package var newest: [CallMessage]
  /// The largest first.
  package var largest: [CallMessage]
  /// Earlier calls that are summed by the hour: how many hours, what they come to, and the largest of them.
  package var hourCount: Int
  package var hourAmount: Int64
  package var hours: [Hour]

  private static let mostHours = 3

  init(_ calls: SubjectCalls, _ names: borrowing Names) {
    metric = calls.metric.rawValue
    count = calls.count
    amount = calls.sum
    newest = []
    for call in calls.last { newest.append(CallMessage(call, names)) }
    largest = []
    for call in calls.largest { largest.append(CallMessage(call, names)) }
    let hours = calls.hours
    hourCount = hours.count
    hourAmount = hours.reduce(0) { $0.addingSaturating($1.amount) }
    self.hours = hours.prefix(CallsMessage.mostHours).map {
      Hour(start: $0.start, amount: $0.amount, requests: $0.requests)
    }
  }
}

/// One thing that a rule did to the subject, or a person.
package struct HistoryMessage: Codable, Sendable, Hashable {
  package var at: EngineTime
  /// `alert`, `halt`, `resume`, `resolve`.
  package var kind: String
  package var text: String
  /// Of the record that moved it, where that is known.
  package var file: String?
  package var offset: Int64?

  package init(at: EngineTime, kind: String, text: String, place: LogPlace? = nil) {
    self.at = at
    self.kind = kind
    self.text = text
    file = place?.file
    offset = place?.offset
  }
}
