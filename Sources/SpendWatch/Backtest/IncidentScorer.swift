package import SpendEngine

/// Scores alerts against labelled incidents: which were caught, how soon, and what was cried for nothing. Shown every call and every alert in
/// the order of time.
package struct IncidentScorer: Sendable {
  /// What became of one incident.
  package struct Outcome: Sendable, Hashable {
    package var label: IncidentLabel
    /// The first alert in it.
    package var caughtAt: EngineTime?
    package var haltedAt: EngineTime?
    /// Which rule's it was.
    package var caughtBy = ""
    /// Spent by its key from its beginning until it was caught, or to its end.
    package var spent = NanoUSD.zero
    package init(label: IncidentLabel) { self.label = label }
  }

  package private(set) var outcomes: [Outcome]
  package private(set) var falseAlerts = 0
  package private(set) var falseHalts = 0
  /// By rule, the most first where it is shown.
  package private(set) var falseByRule: [String: Int] = [:]
  private let byKey: [String: [Int]]

  /// What follows an incident for so long is its echo, in a day's sum for example, and nothing new.
  private static let echo: Milliseconds = .day

  package init(_ labels: [IncidentLabel]) {
    outcomes = labels.map(Outcome.init(label:))
    byKey = Dictionary(grouping: labels.indices, by: { labels[$0].key })
  }

  /// The incidents of a key: ask once, and give them with each of its calls.
  package func incidents(of key: String) -> [Int] { byKey[key] ?? [] }

  package mutating func add(_ cost: NanoUSD, at time: EngineTime, incidents: [Int]) {
    for index in incidents where outcomes[index].caughtAt == nil {
      if time >= outcomes[index].label.from, time <= outcomes[index].label.until {
        outcomes[index].spent += cost
      }
    }
  }

  /// - Parameter key: nil where the alert is about nobody in particular: it counts as false.
  package mutating func alert(key: String?, at time: EngineTime, isHalt: Bool, rule: String) {
    var isReal = false
    for index in key.flatMap({ byKey[$0] }) ?? [] {
      let label = outcomes[index].label
      guard time >= label.from, time <= label.until + IncidentScorer.echo else { continue }
      isReal = true
      guard time <= label.until else { continue }
      if isHalt {
        if outcomes[index].haltedAt == nil { outcomes[index].haltedAt = time }
      } else if outcomes[index].caughtAt == nil {
        outcomes[index].caughtAt = time
        outcomes[index].caughtBy = rule
      }
    }
    if isReal { return }
    if isHalt {
      falseHalts += 1
    } else {
      falseAlerts += 1
      falseByRule[rule, default: 0] += 1
    }
  }
}

/// The figures of a scored run.
package struct IncidentScore: Sendable {
  package struct Row: Sendable, Hashable {
    /// nil: all of them.
    package var kind: String?
    package var incidents: Int
    package var caught: Int
    package var halted: Int
    /// Of those caught; nil where none was.
    package var medianTime: Milliseconds?
    package var medianSpent: NanoUSD?
  }
  package var rows: [Row]
  package var falseAlerts: Int
  package var falseHalts: Int
  package var falseByRule: [String: Int]
  package var keyWeeks: Double

  /// - Parameter keys: first and last call of each.
  package init(_ scorer: IncidentScorer, keys: [String: ClosedRange<EngineTime>]) {
    let byKind = Dictionary(grouping: scorer.outcomes, by: \.label.kind)
    rows = byKind.keys.sorted().map { IncidentScore.row($0, byKind[$0] ?? []) }
    rows.append(IncidentScore.row(nil, scorer.outcomes))
    falseAlerts = scorer.falseAlerts
    falseHalts = scorer.falseHalts
    falseByRule = scorer.falseByRule
    keyWeeks = keys.values.reduce(0) {
      $0 + Double($1.upperBound - $1.lowerBound) / Double(7 * Milliseconds.day)
    }
  }

  package var falseAlertsAKeyWeek: Double { keyWeeks > 0 ? Double(falseAlerts) / keyWeeks : 0 }
  package var falseHaltsAKeyWeek: Double { keyWeeks > 0 ? Double(falseHalts) / keyWeeks : 0 }

  private static func row(_ kind: String?, _ outcomes: [IncidentScorer.Outcome]) -> Row {
    let caught = outcomes.filter { $0.caughtAt != nil }
    let times = caught.compactMap { outcome in outcome.caughtAt.map { $0 - outcome.label.from } }.sorted()
    let spent = caught.map(\.spent).sorted()
    return Row(
      kind: kind, incidents: outcomes.count, caught: caught.count,
      halted: outcomes.count { $0.haltedAt != nil }, medianTime: times.isEmpty ? nil : times[times.count / 2],
      medianSpent: spent.isEmpty ? nil : spent[spent.count / 2])
  }
}
