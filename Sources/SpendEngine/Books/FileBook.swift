/// A file generation as the engine and the state know it. Given by the driver, never reused.
package struct FileID: Hashable, Sendable {
  package var rawValue: UInt32
  @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A source in the rules file, by its place in the list.
package struct SourceID: Hashable, Sendable {
  package var rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// Counters that balance: read = folded + duplicate + noUsage + sum of rejected.
package struct Books: Sendable, Hashable {
  package var read: Int64 = 0
  package var folded: Int64 = 0
  package var duplicate: Int64 = 0
  package var noUsage: Int64 = 0
  /// By `Rejection.rawValue`.
  package var rejected = [Int64](repeating: 0, count: Rejection.allCases.count)

  // Beside the balance: folded, and worth knowing.
  /// Event time was more than 5 minutes ahead of arrival, and capped.
  package var skewed: Int64 = 0
  /// Too old for every calendar window.
  package var late: Int64 = 0
  /// No event time: arrival stood in.
  package var untimed: Int64 = 0
  package var contradictory: Int64 = 0
  /// A duplicate that was larger than its first sighting; the difference was folded.
  package var grew: Int64 = 0
  package var pricedByLog: Int64 = 0
  package var pricedByTable: Int64 = 0
  package var pricedByDearest: Int64 = 0
  /// Counted under `(other)`, since there was no room for another name: how much of that is whose is not known.
  package var other: Int64 = 0

  package init() {}

  package var rejectedTotal: Int64 { rejected.reduce(0, +) }

  package static func += (a: inout Books, b: Books) {
    a.read += b.read
    a.folded += b.folded
    a.duplicate += b.duplicate
    a.noUsage += b.noUsage
    for index in a.rejected.indices { a.rejected[index] += b.rejected[index] }
    a.skewed += b.skewed
    a.late += b.late
    a.untimed += b.untimed
    a.contradictory += b.contradictory
    a.grew += b.grew
    a.pricedByLog += b.pricedByLog
    a.pricedByTable += b.pricedByTable
    a.pricedByDearest += b.pricedByDearest
    a.other += b.other
  }
}

/// The four piles that records go to, without the reasons: what is cheap to take again and again.
package struct Piles: Sendable, Hashable {
  package var read: Int64 = 0
  /// Folded or a duplicate: a record that held usage.
  package var counted: Int64 = 0
  package var noUsage: Int64 = 0
  package var rejected: Int64 = 0
  /// Among the rejected.
  package var quarantined: Int64 = 0

  package init() {}

  package init(_ books: Books) {
    read = books.read
    counted = books.folded + books.duplicate
    noUsage = books.noUsage
    rejected = books.rejectedTotal
    quarantined = books.rejected[Int(Rejection.quarantined.rawValue)]
  }

  package static func += (a: inout Piles, b: Piles) {
    a.read += b.read
    a.counted += b.counted
    a.noUsage += b.noUsage
    a.rejected += b.rejected
    a.quarantined += b.quarantined
  }

  package static func - (a: Piles, b: Piles) -> Piles {
    var difference = a
    difference.read -= b.read
    difference.counted -= b.counted
    difference.noUsage -= b.noUsage
    difference.rejected -= b.rejected
    difference.quarantined -= b.quarantined
    return difference
  }
}

/// Where a file stands: everything before `offset` is in the books.
package struct FileBook: Sendable, Hashable {
  package var file: FileID
  package var source: SourceID
  /// A record boundary, bytes from the start of the file.
  package var offset: Int64
  package var books: Books
  /// What records before `offset` say of those after it.
  package var context: FileContext

  package init(
    file: FileID, source: SourceID, offset: Int64, books: Books = Books(),
    context: FileContext = FileContext()
  ) {
    self.file = file
    self.source = source
    self.offset = offset
    self.books = books
    self.context = context
  }
}
