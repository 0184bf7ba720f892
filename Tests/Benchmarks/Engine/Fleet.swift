import Glibc
import SpendEngine

/// A million series as a fleet has them: 5,000 keys with ten sums each, and 995,000 tasks with two, most of them done after a few calls.
struct Fleet {
  static let keys = 5_000
  static let tasks = 995_000
  /// Calls a task, on average.
  static let calls = 3
  /// Milliseconds from call to call: three days in all.
  static let step: Int64 = 3 * .day / Int64(tasks * calls)
  static let end = EngineTime(milliseconds: Corpus.start + 3 * .day)

  static let rules: [Rule] = {
    let windows: [Window] = [
      .sliding(.minute), .sliding(.hour), .sliding(.day), .calendar(.day), .calendar(.month),
    ]
    let ofKeys = windows.flatMap { window in
      [Metric.spend, .tokens].map { rule("key-\(window.name)-\($0.rawValue)", .key, window, $0) }
    }
    let ofTasks = [Window.sliding(.hour), .lifetime].map { rule("task-\($0.name)", .task, $0, .spend) }
    return ofKeys + ofTasks
  }()

  private static func rule(_ name: String, _ per: Per, _ window: Window, _ metric: Metric) -> Rule {
    Rule(
      name: name, per: per,
      kind: .threshold(ThresholdRule(metric: metric, window: window, limit: .max / 200, alertAt: [50, 80])),
      mode: .warn, halt: nil, until: .manual)
  }

  static func ruleSet(most: Int) -> RuleSet {
    let days = CalendarTable(edges: (-40...40).map { EngineTime(milliseconds: Corpus.start + $0 * .day) })
    let months = CalendarTable(
      edges: [-37, -9, 22, 52].map { EngineTime(milliseconds: Corpus.start + $0 * .day) })
    var set = RuleSet(rules: rules, calendars: [.day: days, .month: months])
    set.maxSubjects = most
    return set
  }

  /// All calls in slices, each with the engine time after it.
  static func slices(_ body: (_ text: [UInt8], _ time: EngineTime) -> Void) {
    var text: [UInt8] = []
    for number in 0..<tasks * calls {
      append(number, to: &text)
      if text.count > 127 << 10 || number == tasks * calls - 1 {
        body(text, EngineTime(milliseconds: Corpus.start + Int64(number) * step))
        text.removeAll(keepingCapacity: true)
      }
    }
  }

  /// One task in three calls is new; the others are recent ones, the latest mostly (Zipf).
  private static func append(_ number: Int, to text: inout [UInt8]) {
    var dice = UInt64(number &+ 1) &* 0x9e37_79b9_7f4a_7c15
    dice = (dice ^ (dice &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    dice = (dice ^ (dice &>> 27)) &* 0x94d0_49bb_1331_11eb
    let newest = number / calls
    let unit = (Double(dice >> 40) + 1) / Double(1 << 24)
    let task = number % calls == 0 ? newest : max(0, newest - Int(pow(1 / unit, 1.1)))
    // As many calls of a key as its rank says: 5000 / 1, 5000 / 2, ...
    let key = Int(pow(Double(keys), Double(dice & 0xffff) / 65_536)) - 1
    let time = Corpus.start + Int64(number) * step
    let line =
      "{\"time\":\(time),\"key\":\"key-\(key)\",\"task\":\"3f2a-task-\(task)\",\"model\":\"gpt-5-mini\""
      + ",\"input_tokens\":\(dice >> 50),\"output_tokens\":\(dice >> 20 & 0x3ff),\"cost_usd\":0.\(10_000 + dice >> 33 % 90_000)}\n"
    text.append(contentsOf: line.utf8)
  }
}
