// Rules against made-up incidents: `swift run IncidentBenchmark [ROUNDS] [SEED] [RULES…]`; each round is 60 keys over five weeks.
// `IncidentBenchmark write DIR [ROUNDS] [SEED]` writes them for `spendfuse backtest --labels DIR/labels.jsonl … DIR/usage.jsonl`.

import Foundation
import SpendEngine
import SpendWatch
import Support

func row(_ name: String, _ score: IncidentScore) {
  func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
  let all = score.rows.first { $0.kind == nil }
  let drift = score.rows.first { $0.kind == MadeIncident.slowDrift.rawValue }
  let (caught, of) = (
    (all?.caught ?? 0) - (drift?.caught ?? 0), (all?.incidents ?? 0) - (drift?.incidents ?? 0)
  )
  var text = name + String(repeating: " ", count: max(1, 34 - name.count))
  text += padded(String(format: "%.3f", score.falseAlertsAKeyWeek), 8)
  text += padded("\(caught)/\(of)", 10)
  text += padded(all?.medianTime.map { "\($0 / .minute) min" } ?? "-", 9)
  text += padded(all?.medianSpent.map { $0.rounded(decimals: 2) } ?? "-", 10)
  for kind in MadeIncident.allCases {
    let row = score.rows.first { $0.kind == kind.rawValue }
    text += padded("\(row?.caught ?? 0)/\(row?.incidents ?? 0)", 9)
  }
  print(text)
}

func rules(_ path: String, on directory: String) throws -> IncidentScore? {
  let (configuration, problems) = RulesFile.load(path, secrets: .whereReadable)
  guard let configuration else {
    print(Diagnostic.render(problems))
    return nil
  }
  let replay = Replay(
    configuration: configuration, now: .distantFuture,
    calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
  let backtest = Backtest(
    replay, rules: configuration.rules.rules, reaction: 30 * .second,
    labels: try IncidentLabel.read(directory + "/labels.jsonl"))
  let result = try backtest.run(
    LogPaths([directory + "/usage.jsonl"]).logs, format: .spendfuse, fingerprintKey: (1, 2))
  return result.score
}

var arguments = CommandLine.arguments.dropFirst()
if arguments.first == "write" {
  arguments.removeFirst()
  let directory = arguments.popFirst() ?? "."
  let set = IncidentSet(
    rounds: arguments.popFirst().flatMap(Int.init) ?? 1, seed: arguments.popFirst().flatMap(UInt64.init) ?? 1)
  try set.write(to: directory)
  print("\(set.keys.count) keys, \(set.callCount) calls, \(set.labels.count) incidents")
} else {
  let rounds = arguments.popFirst().flatMap(Int.init) ?? 1
  let seed = arguments.popFirst().flatMap(UInt64.init) ?? 1
  let set = IncidentSet(rounds: rounds, seed: seed)
  print(
    "\(set.keys.count) keys, \(set.callCount) calls, \(set.labels.count) incidents; the drift is not in 'caught'"
  )
  print(
    "rule                              false/kw    caught   median     spent    retry  context   leaked  weekend    price   deploy    drift"
  )
  row("spike, alert", set.score { SpikeDetector() })
  row("spike, halt", set.score { SpikeDetector(level: .halt) })
  for sensitivity in SpikeSensitivity.allCases where sensitivity != .normal {
    row("spike, \(sensitivity.rawValue)", set.score { SpikeDetector(SpikeRule(sensitivity: sensitivity)) })
  }
  for factor in [5.0, 30] {
    row("\(Int(factor))x the trailing mean", set.score { TrailingRule(.factor(factor)) })
  }
  for many in [3.0, 30] { row("mean + \(Int(many)) sigma", set.score { TrailingRule(.deviations(many)) }) }
  if !arguments.isEmpty {
    let directory = TempDir("incidents")
    try set.write(to: directory.path)
    for path in arguments {
      if let score = try rules(path, on: directory.path) { row(path, score) }
    }
  }
}
