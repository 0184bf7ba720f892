import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The small form of the labelled incidents: the spike rule against what people write instead. `IncidentBenchmark` runs the large one.
@Suite struct IncidentSetTests {
  private static let set = IncidentSet(rounds: 1, seed: 7, traffic: [.office, .sparse])

  @Test func aSeedRepeatsIt() {
    let again = IncidentSet(rounds: 1, seed: 7, traffic: [.office, .sparse])
    #expect(again.labels == Self.set.labels)
    #expect(again.keys.map(\.calls) == Self.set.keys.map(\.calls))
    #expect(Self.set.labels.count == 2 * MadeIncident.allCases.count)
    #expect(
      IncidentSet(rounds: 1, seed: 8, traffic: [.sparse]).labels
        != IncidentSet(rounds: 1, seed: 7, traffic: [.sparse]).labels)
  }

  /// What was stated of their size: in some two hours, 3 normal hours' spend and 5 USD more than without.
  @Test func incidentsAreAsLargeAsStated() throws {
    for label in Self.set.labels where label.kind != MadeIncident.slowDrift.rawValue {
      let key = try #require(Self.set.keys.first { $0.name == label.key })
      let calls = key.calls.filter { $0.time >= label.from && $0.time <= label.until }
      let most = calls.indices.map { place in
        calls[place...].prefix { $0.time < calls[place].time + 2 * .hour }.reduce(0) { $0 + $1.cost }
      }.max()
      #expect(try #require(most) >= 5_000_000_000, "\(label)")
    }
  }

  /// Replayed through the engine it is what the rule alone says, and by far not what a trailing mean says.
  @Test func theSpikeRuleIsSoonAndQuiet() throws {
    let dir = TempDir("incidents")
    try Self.set.write(to: dir.path)
    let rules = try dir.write(
      "rules.yaml",
      """
      sources: [{path: usage.jsonl, format: spendfuse}]
      rules: [{name: spike, per: key, spike: {}, halt: key, until: manual, mode: enforce}]
      mode: enforce
      kill_switch: [{directory: {path: halts}}]
      """)
    let configuration = try #require(RulesFile.load(rules, secrets: .whereReadable).0)
    let replay = Replay(
      configuration: configuration, now: .distantFuture,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    let labels = try IncidentLabel.read(dir.file("labels.jsonl"))
    #expect(labels == Self.set.labels)
    let result = try Backtest(
      replay, rules: configuration.rules.rules, reaction: 30 * .second, labels: labels
    ).run(LogPaths([dir.file("usage.jsonl")]).logs, format: .spendfuse, fingerprintKey: (1, 2))
    let engine = try #require(result.score)
    let alone = Self.set.score { SpikeDetector() }
    #expect(engine.rows.map(\.caught) == alone.rows.map(\.caught))
    #expect(engine.falseAlerts == alone.falseAlerts)
    #expect(result.saved > .zero && result.saved < result.spent)

    let trailing = Self.set.score { TrailingRule(.factor(5)) }
    let sigma = Self.set.score { TrailingRule(.deviations(3)) }
    #expect(alone.falseAlertsAKeyWeek < 0.1, "\(alone.falseAlertsAKeyWeek)")
    #expect(trailing.falseAlertsAKeyWeek > 5 * alone.falseAlertsAKeyWeek)
    #expect(sigma.falseAlertsAKeyWeek > 5 * alone.falseAlertsAKeyWeek)
    let caught = try #require(alone.rows.last?.caught)
    #expect(caught >= 10, "\(alone.rows)")
    #expect(caught > (trailing.rows.last?.caught ?? 0))
  }
}
