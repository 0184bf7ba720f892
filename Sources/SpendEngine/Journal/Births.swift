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

  func write(_ writer: inout ByteWriter) {
    writer.signed(sequence)
    writer.unsigned(UInt64(max(0, events)))
  }
  init(_ reader: inout ByteReader) {
    sequence = reader.signed()
    events = reader.number()
  }
  init(sequence: Int64, events: Int) {
    self.sequence = sequence
    self.events = events
  }
}

/// A sum of all subjects of one `per`; without a sum the table of them itself: when they were last seen; or what a spike rule knows of them.
struct SumName: Sendable, Hashable {
  var per: Per
  var sum: SeriesLayout.Sum?
  /// The rule's name.
  var spike: String?
}

extension Engine {
  /// Forgets sums that no rule uses any more; those that are new begin at `birth`.
  mutating func registerSums(at birth: Birth) {
    var known: [SumName: Birth] = [:]
    for table in tables {
      for sum in [nil] + table.layout.sums {
        let name = SumName(per: table.layout.per, sum: sum)
        known[name] = births[name] ?? birth
      }
    }
    for column in spikes.columns.values {
      let name = SumName(per: column.per, spike: column.name)
      known[name] = births[name] ?? birth
    }
    births = known
  }

  /// Whether a spike rule did not exist when the event was folded.
  func isUnborn(_ column: SpikeTable.Column, event: Int, of batch: Int64) -> Bool {
    births[SumName(per: column.per, spike: column.name)]?.isAfter(event: event, of: batch) ?? false
  }

  /// Whether the table did not exist when the event was folded.
  func isUnborn(_ table: Int, event: Int, of batch: Int64) -> Bool {
    births[SumName(per: tables[table].layout.per)]?.isAfter(event: event, of: batch) ?? false
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
      writer.string(name.spike.map { Engine.spikeMark + $0 } ?? name.sum?.window.name ?? "")
      writer.string(name.sum?.metric.rawValue ?? "")
      birth.write(&writer)
    }
  }

  /// No window is called so.
  private static let spikeMark = "spike "

  mutating func readBirths(_ reader: inout ByteReader) {
    var left = reader.number(Int.self)
    while left > 0, !reader.failed {
      left -= 1
      let per = Per(stored: reader.byte())
      let (window, metric) = (reader.string(), reader.string())
      let birth = Birth(&reader)
      // A later build may know more dimensions, windows and metrics: what is not known is not counted.
      guard let per else { continue }
      if window.hasPrefix(Engine.spikeMark) {
        births[SumName(per: per, spike: String(window.dropFirst(Engine.spikeMark.count)))] = birth
      } else if window.isEmpty {
        births[SumName(per: per)] = birth
      } else if let window = Window(name: window), let metric = Metric(rawValue: metric) {
        births[SumName(per: per, sum: .init(window: window, metric: metric))] = birth
      }
    }
  }
}
