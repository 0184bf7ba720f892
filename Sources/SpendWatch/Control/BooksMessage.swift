package import SpendEngine

/// `Books` with the reasons by name; read = folded + duplicate + no_usage + the sum of rejected.
package struct BooksMessage: Codable, Sendable, Hashable {
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
  /// Counted under `(other)`; nil from a daemon of before there was such a count.
  package var other: Int64?

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
    other = books.other
  }

  /// Why these may be records of another format; nil = nothing looks wrong. A single torn line is no news.
  package var problem: String? {
    let refused = rejected.values.reduce(0, +)
    if refused > 0, refused >= read - refused {
      let reasons = rejected.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      return "\(refused) of \(read) records are rejected (\(reasons)): is `format` right?"
    }
    if read >= 100, folded == 0, duplicate == 0 {
      return "none of \(read) records holds usage: is `format` right?"
    }
    return nil
  }
}
