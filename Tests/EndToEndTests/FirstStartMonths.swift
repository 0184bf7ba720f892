import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Three made-up months of a site: agents' transcripts and a log of several keys, under the repository's sample rules and some of every
/// other kind; and what the rules must say of them now, from a model that adds up calls by itself.
struct FirstStartMonths {
  struct Call {
    var key: String
    var task: String
    var time: EngineTime
    var nanoUSD: Int64
    var isError = false
  }

  /// A step of a rule on a subject.
  struct Step: Hashable, Comparable {
    var rule: String
    var subject: String
    var level: String
    static func < (a: Step, b: Step) -> Bool { (a.rule, a.subject) < (b.rule, b.subject) }
  }

  let site: Site
  let now: EngineTime
  /// Local noon, so that no test meets the end of a day.
  let zone: String
  var transcripts: Transcripts
  private(set) var calls: [Call] = []
  private var dice: Dice
  private let receiver: FakeReceiver
  private static let dollar: Int64 = 1_000_000_000

  init(_ receiver: FakeReceiver, seed: UInt64) throws {
    now = WallClock.now
    dice = Dice(seed: seed)
    self.receiver = receiver
    let east = 12 - now.milliseconds / .hour % 24
    // POSIX signs: Etc/GMT-5 is east of Greenwich.
    zone = east == 0 ? "UTC" : "Etc/GMT\(east > 0 ? "-" : "+")\(abs(east))"
    let site = try Site(rules: "")
    self.site = site
    transcripts = Transcripts(site.path(".claude/projects"), seed: seed)
    try site.directory.write("rules.yaml", try rules())
  }

  /// The sample with its paths redirected; what it lacks is put into its list of rules.
  private func rules() throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../rules.yaml")
    let sample = try String(contentsOf: file, encoding: .utf8)
    let more = """
        - {name: key-six-hours, per: key, window: 6h, limit: 10.00, alert_at: [50%], halt: key}
        - {name: key-week, per: key, window: week, limit: 40.00, alert_at: [80%], halt: key}
        - name: key-month
          per: key
          window: month
          limit: 100.00
          alert_at: [50%, 80%]
          severity: info
          labels: {squad: core}
          annotations: {runbook: "https://ops.example/{{key | urlencode}}?at={{percent}}"}
        - {name: key-errors, per: key, metric: error_ratio, window: 2h, limit: 0.5}
        - {name: asked-ceiling, per: request, metric: max_tokens, limit: 8192}
        - {name: call-cost, per: request, metric: spend, limit: 15.00}

      """
    let mark = "# Many halts at once"
    #expect(sample.contains(mark) && sample.contains("timezone: UTC"))
    return sample.replacing("timezone: UTC", with: "timezone: \(zone)").replacing(
      "/var/log/", with: site.path("var") + "/"
    ).replacing(mark, with: more + mark)
      + "\nreceivers:\n  - name: ops\n    webhook: {url: \"\(receiver.url)\"}\n"
  }

  /// Several megabytes in hundreds of files.
  mutating func write() throws {
    for day in (1...90).reversed() {
      let night = now + -(Int64(day) * .day + 2 * .hour)
      // Each of the first is over the sample's budget of a task, and long over.
      try transcripts.addSession(calls: 10, endingAt: night, padding: 4_000)
      for number in 1...3 {
        let end = night + -(Int64(number) * .hour)
        try transcripts.addSession(calls: Int(dice.roll(1...2)), endingAt: end, padding: 4_000)
      }
      try writeLog(of: day)
    }
    try writeLog(of: 0)
  }

  private static let long = "var/spendfuse/long.jsonl"
  static let repeats = 400_000

  /// The newest log: calls of no cost, so many that the catch-up is not over while a test looks.
  func writeLong() throws {
    let line = #"{"time":"\#(now.rfc3339)","key":"long","task":"long","cost_usd":0}"# + "\n"
    let lines = String(repeating: line, count: Self.repeats / 10)
    for _ in 0..<10 { try site.append(lines, to: Self.long) }
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: site.path(Self.long))
  }

  /// Sessions of this very hour, over their budget; their ids.
  mutating func writeToday(_ count: Int) throws -> [String] {
    try (0..<count).map { _ in try transcripts.addSession(calls: 10, endingAt: now + -20 * .minute) }
  }

  private mutating func writeLog(of day: Int) throws {
    let start = calls.count
    let noon = now + -Int64(day) * .day
    for hour in [1, 3, 5] { call("steady", noon + -Int64(hour) * .hour, 2) }
    call("weekly", noon + -4 * .hour, 12)
    // Over the cap of its day, long ago and yesterday; and today, which is what counts.
    if (40...60).contains(day) {
      for number in 0..<20 { call("spring", noon + -Int64(number) * .minute, 20) }
    }
    if day == 1 { for number in 0..<6 { call("yesterday", noon + -(Int64(number) * .hour + .minute), 15) } }
    if day == 0 {
      for number in 1...4 { call("hot", noon + -Int64(number) * .hour, 16) }
      call("early", noon + -8 * .hour, 12)
      for number in 0..<20 { call("flaky", noon + -Int64(30 + number) * .minute, 0, isError: true) }
    }
    let lines = calls[start...].sorted { $0.time < $1.time }.map(line)
    try site.append(lines.joined(), to: "var/spendfuse/\(String(format: "%02d", 90 - day)).jsonl")
  }

  private mutating func call(_ key: String, _ time: EngineTime, _ usd: Int64, isError: Bool = false) {
    calls.append(
      Call(key: key, task: "\(key)-\(calls.count)", time: time, nanoUSD: usd * Self.dollar, isError: isError))
  }

  /// Every one of them asks for more than the ceiling, or for no end.
  private func line(_ call: Call) -> String {
    let cost =
      call.isError ? #""status":"error""# : #""cost_usd":\#(call.nanoUSD / Self.dollar),"output_tokens":10"#
    let ceiling = call.nanoUSD / Self.dollar % 2 == 0 ? "100000" : "null"
    return #"{"time":"\#(call.time.rfc3339)","key":"\#(call.key)","task":"\#(call.task)","model":"gpt-5","#
      + #""max_tokens":\#(ceiling),\#(cost)}"# + "\n"
  }

  // MARK: The model

  /// What a call of the transcripts costs, and with it the calls of both.
  mutating func addTranscripts(nanoUSD: Int64) {
    calls += transcripts.ledger.map { Call(key: "(none)", task: $0.session, time: $0.time, nanoUSD: nanoUSD) }
  }

  /// The highest step that each rule has reached, for each subject that has reached one.
  func steps() throws -> Set<Step> {
    func start(_ period: CalendarPeriod) throws -> EngineTime {
      let settings = CalendarSettings(timeZone: zone)
      return try #require(CalendarBuilder.table(period, settings, around: now)).period(of: now).start
    }
    let day = try start(.day)
    let table: [(String, since: EngineTime, limit: Int64, steps: [Int64])] = [
      ("key-daily-cap", day, 50, [50, 80]), ("key-six-hours", now + -6 * .hour, 10, [50]),
      ("key-week", try start(.week), 40, [80]), ("key-month", try start(.month), 100, [50, 80]),
    ]
    var all: Set<Step> = ["flaky"].reduce(into: []) {
      $0.insert(Step(rule: "key-errors", subject: $1, level: "firing"))
    }
    for (rule, since, limit, steps) in table {
      all.formUnion(reached(rule, sums(since: since, by: \.key), limit, steps))
    }
    all.formUnion(reached("global-daily-cap", sums(since: day) { _ in "" }, 150, [50, 80]))
    // A lifetime's sum is told of, and halts, only where its task was at work in the last 24 hours.
    let active = Set(calls.filter { $0.time >= now + -.day }.map(\.task))
    let tasks = sums(since: .distantPast, by: \.task).filter { active.contains($0.key) }
    return all.union(reached("task-budget", tasks, 25, [50, 80]))
  }

  private func sums(since: EngineTime, by name: (Call) -> String) -> [String: Int64] {
    calls.filter { $0.time >= since }.reduce(into: [:]) { $0[name($1), default: 0] += $1.nanoUSD }
  }

  private func reached(_ rule: String, _ sums: [String: Int64], _ limit: Int64, _ steps: [Int64]) -> [Step] {
    sums.compactMap { subject, sum in
      let level = (steps + [100]).last { sum * 100 >= $0 * limit * Self.dollar }
      return level.map { Step(rule: rule, subject: subject, level: $0 == 100 ? "firing" : "\($0)%") }
    }
  }
}
