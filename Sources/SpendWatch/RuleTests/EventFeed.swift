import SpendEngine

/// The calls of a test in order of time, made one by one: a million of them take no memory. Those of one instant come in the order of the
/// file, and those of one entry all before the next entry's.
struct EventFeed {
  private struct Next: HeapElement {
    var time: EngineTime
    var series: Int
    var number: Int

    func isBefore(_ other: Next) -> Bool { (time, series, number) < (other.time, other.series, other.number) }
  }

  private let events: [EventSeries]
  private var heap = Heap<Next>()

  init(_ events: [EventSeries]) {
    self.events = events
    for (number, series) in events.enumerated() {
      heap.add(Next(time: series.first, series: number, number: 0))
    }
  }

  /// When the next is read; nil at the end.
  var time: EngineTime? { heap.first?.time }

  /// The next as a log would hold it.
  mutating func next() -> String? {
    guard let next = heap.first else { return nil }
    let series = events[next.series]
    let number = next.number + 1
    heap.replaceFirst(
      with: number < series.times ? Next(time: series.time(number), series: next.series, number: number) : nil
    )
    return series.record(next.number)
  }
}
