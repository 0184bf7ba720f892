import Foundation
package import SpendEngine
package import SpendWatch

/// Made-up keys over five weeks, some of which run away once, with the labels that say when: the same for a seed wherever it is made.
package struct IncidentSet: Sendable {
  package struct Key: Sendable {
    package var name: String
    package var traffic: MadeTraffic
    package var calls: [MadeCall]
  }
  package private(set) var keys: [Key] = []
  package private(set) var labels: [IncidentLabel] = []

  /// A Monday, 00:00 UTC.
  package static let start = EngineTime(milliseconds: 1_767_571_200_000)
  package static let days: Int64 = 35

  /// - Parameter rounds: so often each traffic meets each incident once; beside them as many keys on which all is well, a third.
  package init(rounds: Int, seed: UInt64, traffic: [MadeTraffic] = MadeTraffic.allCases) {
    for round in 0..<rounds {
      for (row, traffic) in traffic.enumerated() {
        for (column, incident) in ([nil, nil, nil] + MadeIncident.allCases.map { $0 }).enumerated() {
          var dice = Dice(seed: seed &* 1_000_003 &+ UInt64(round * 10_000 + row * 100 + column))
          var calls = traffic.calls(days: IncidentSet.days, &dice)
          let name = "\(traffic.rawValue)-\(incident?.rawValue ?? "well-\(column)")-\(round)"
          if let incident {
            let span = incident.strike(&calls, &dice)
            labels.append(
              IncidentLabel(
                key: name, from: span.lowerBound, until: span.upperBound, kind: incident.rawValue))
          }
          keys.append(Key(name: name, traffic: traffic, calls: calls))
        }
      }
    }
  }

  package var callCount: Int { keys.reduce(0) { $0 + $1.calls.count } }

  /// Writes `usage.jsonl` and `labels.jsonl`.
  package func write(to directory: String) throws {
    var order: [(time: EngineTime, key: Int, call: Int)] = []
    for (number, key) in keys.enumerated() {
      for (place, call) in key.calls.enumerated() { order.append((call.time, number, place)) }
    }
    order.sort { ($0.time, $0.key, $0.call) < ($1.time, $1.key, $1.call) }
    _ = FileManager.default.createFile(atPath: directory + "/usage.jsonl", contents: nil)
    guard let file = FileHandle(forWritingAtPath: directory + "/usage.jsonl") else {
      throw CocoaError(.fileWriteUnknown)
    }
    var text = ""
    for item in order {
      let key = keys[item.key]
      text += key.calls[item.call].line(key: key.name) + "\n"
      if text.utf8.count > 1 << 20 {
        try file.write(contentsOf: Data(text.utf8))
        text = ""
      }
    }
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
    try Data(labels.map { $0.json + "\n" }.joined().utf8)
      .write(to: URL(fileURLWithPath: directory + "/labels.jsonl"))
  }

  /// The score of a detector that looks at each key alone: it is shown each call, and says whether it alerts now.
  package func score(_ make: () -> any IncidentDetector) -> IncidentScore {
    var scorer = IncidentScorer(labels)
    var spans: [String: ClosedRange<EngineTime>] = [:]
    for key in keys {
      var detector = make()
      var last: EngineTime?
      let incidents = scorer.incidents(of: key.name)
      for call in key.calls {
        scorer.add(NanoUSD(rawValue: call.cost), at: call.time, incidents: incidents)
        guard detector.isAlarmed(by: call) else { continue }
        // One alert as long as it is met again within half an hour: as the spike rule counts them.
        if last.map({ call.time - $0 > 30 * .minute }) ?? true {
          scorer.alert(key: key.name, at: call.time, isHalt: false, rule: "")
        }
        last = call.time
      }
      if let first = key.calls.first, let last = key.calls.last { spans[key.name] = first.time...last.time }
    }
    return IncidentScore(scorer, keys: spans)
  }
}

/// A detector that sees one key.
package protocol IncidentDetector {
  mutating func isAlarmed(by call: MadeCall) -> Bool
}
