package import SpendEngine

/// What a group of calls adds up to.
package struct Sums: Sendable, Hashable {
  /// Distinct billed calls.
  package var requests: Int64 = 0
  package var errors: Int64 = 0
  package var tokens = TokenBuckets()
  package var cost = NanoUSD.zero
  /// Requests whose cost is the log's own, the price table's, or that of the dearest model for want of a price.
  package var pricedByLog: Int64 = 0
  package var pricedByTable: Int64 = 0
  package var pricedByDearest: Int64 = 0

  package init() {}

  /// A correction of a known call adds tokens and cost; its `requests` are 0.
  mutating func add(_ event: UsageEvent) {
    requests = requests.addingSaturating(event.requests)
    errors = errors.addingSaturating(event.errors)
    tokens += event.tokens
    cost += event.cost
    switch event.pricing {
    case .log: pricedByLog = pricedByLog.addingSaturating(event.requests)
    case .table: pricedByTable = pricedByTable.addingSaturating(event.requests)
    case .dearest: pricedByDearest = pricedByDearest.addingSaturating(event.requests)
    case .none: break
    }
  }

  package static func += (a: inout Sums, b: Sums) {
    a.requests = a.requests.addingSaturating(b.requests)
    a.errors = a.errors.addingSaturating(b.errors)
    a.tokens += b.tokens
    a.cost += b.cost
    a.pricedByLog = a.pricedByLog.addingSaturating(b.pricedByLog)
    a.pricedByTable = a.pricedByTable.addingSaturating(b.pricedByTable)
    a.pricedByDearest = a.pricedByDearest.addingSaturating(b.pricedByDearest)
  }
}
