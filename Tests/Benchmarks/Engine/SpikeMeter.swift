import SpendEngine

/// The spike rule alone: `EngineBenchmark spike [events]`.
enum SpikeMeter {
  /// Prints what one `observe` takes: of few subjects that are busy, and of many whose calls each close an hour or a stretch.
  static func report(events: Int) {
    for (subjects, gap) in [(8, 2 * Milliseconds.second), (2_000, 7 * .minute)] {
      let rule = SpikeRule()
      let start = EngineTime(milliseconds: Corpus.start)
      var states = (0..<subjects).map { _ in SpikeState(first: start, calendar: .utc, rule: rule) }
      var alerts = 0
      let meter = Meter.measure {
        var seed: UInt64 = 1
        for event in 0..<events {
          seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          let time = start + Int64(event / subjects) * gap
          let verdict = states[event % subjects].observe(
            time: time, cost: Int64(seed >> 36), calendar: .utc, rule: rule)
          if verdict.level != .none { alerts += 1 }
        }
      }
      let bytes = states.map { $0.encoded().count }.max() ?? 0
      print(
        "spike: \(subjects) subjects, a call each every \(gap.spanText):"
          + column(Double(meter.nanoseconds) / Double(events)) + " ns,"
          + column(Double(meter.allocations) / Double(events), 3, width: 0) + " allocations an event; "
          + "\(MemoryLayout<SpikeState>.stride) B a subject in memory, at most \(bytes) B stored; \(alerts) alerts"
      )
    }
  }
}
