/// Since when a sum is kept: a rule that is new counts from there on, in this run and after a restart, however much of the journal from
/// before is still there.
struct Birth: Sendable, Hashable {
  /// Of the batch in which it began.
  var sequence: Int64
  /// How many events of that batch came before.
  var events: Int

  /// Whether the sum did not exist when the event was folded.
  func isAfter(event: Int, of batch: Int64) -> Bool {
    sequence > batch || sequence == batch && events > event
  }
}

/// A sum of all subjects of one `per`.
struct SumName: Sendable, Hashable {
  var per: Per
  var sum: SeriesLayout.Sum
}

extension Engine {
  /// Forgets sums that no rule uses any more; those that are new begin at `birth`.
  mutating func registerSums(at birth: Birth) {
    var known: [SumName: Birth] = [:]
    for table in tables {
      for sum in table.layout.sums {
        let name = SumName(per: table.layout.per, sum: sum)
        known[name] = births[name] ?? birth
      }
    }
    births = known
  }

  /// The sums of a table that did not exist when the event was folded.
  func unborn(_ table: Int, event: Int, of batch: Int64) -> [SeriesLayout.Sum] {
    let layout = tables[table].layout
    return layout.sums.filter {
      births[SumName(per: layout.per, sum: $0)]?.isAfter(event: event, of: batch) ?? false
    }
  }

  func writeBirths(_ writer: inout ByteWriter) {
    writer.unsigned(UInt64(births.count))
    for (name, birth) in births {
      writer.byte(name.per.rawValue)
      writer.string(name.sum.window.name)
      writer.string(name.sum.metric.rawValue)
      writer.signed(birth.sequence)
      writer.unsigned(UInt64(max(0, birth.events)))
    }
  }

  mutating func readBirths(_ reader: inout ByteReader) {
    var left = reader.number(Int.self)
    while left > 0, !reader.failed {
      left -= 1
      let per = Per(rawValue: reader.byte())
      let window = Window(name: reader.string())
      let metric = Metric(rawValue: reader.string())
      let birth = Birth(sequence: reader.signed(), events: reader.number())
      // A later build may know more windows and metrics.
      guard let window, let metric, !reader.failed else { continue }
      births[SumName(per: per, sum: .init(window: window, metric: metric))] = birth
    }
  }
}
