import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// 2026-11-24 10:00 UTC, a Tuesday.
let noonish = EngineTime(milliseconds: 1_795_514_400_000)
let dollar: Int64 = 1_000_000_000

func decision(
  _ kind: Decision.Kind = .alert, _ subject: Subject = .key("ci-bot"), level: Decision.Level = .step(80),
  value: Int64 = 21 * dollar, limit: Int64 = 25 * dollar, rule: String = "key-daily-cap",
  mode: Mode = .enforce,
  target: Subject? = nil, note: String = "", id: UInt64 = 7, at: EngineTime = noonish,
  metric: Metric = .spend,
  held: Bool = false, guess: String? = nil, until: EngineTime? = nil, digest: Bool = false,
  window: Window = .calendar(.day)
) -> Decision {
  let isDay = window != .lifetime
  return Decision(
    kind: kind, at: at, rule: rule, subject: subject, target: target, level: level, metric: metric,
    value: value,
    limit: limit, window: window, windowStart: isDay ? EngineTime(milliseconds: 1_795_478_400_000) : nil,
    windowEnd: isDay ? EngineTime(milliseconds: 1_795_564_800_000) : nil, mode: mode, note: note,
    haltUntil: until,
    isHeld: held, guessedModel: guess, alertID: id, isDigest: digest)
}

@Suite struct TextTests {
  @Test func timesAgreeWithFoundation() {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    for _ in 0..<500 {
      // From 1650 on: before, Foundation's calendar is the Julian one.
      let seconds = dice.roll(-10_000_000_000...60_000_000_000)
      let date = Date(timeIntervalSince1970: TimeInterval(seconds))
      let expected = date.formatted(Date.ISO8601FormatStyle())
      let time = EngineTime(milliseconds: seconds * 1_000)
      #expect(time.rfc3339 == expected.dropLast() + ".000Z", "seed \(seed)")
      #expect(EngineTime(rfc3339: expected) == time, "seed \(seed)")
    }
  }

  @Test(
    arguments: [
      ("UTC", "2026-11-25 00:00 UTC"),
      ("Europe/Berlin", "2026-11-25 01:00 Europe/Berlin (2026-11-25 00:00 UTC)"),
      ("America/New_York", "2026-11-24 19:00 America/New_York (2026-11-25 00:00 UTC)"),
      ("No/Where", "2026-11-25 00:00 UTC"),
      ("Asia/Kathmandu", "2026-11-25 05:45 Asia/Kathmandu (2026-11-25 00:00 UTC)"),
    ])
  func peopleReadTheirZone(zone: String, text: String) {
    #expect(TimeText.people(EngineTime(milliseconds: 1_795_564_800_000), timeZone: zone) == text)
  }

  @Test(
    arguments: [
      (90_000, "90 s"), (900_000, "15 min"), (7_200_000, "2 h"), (259_200_000, "3 days"),
      (86_400_000, "24 h"), (5, "5 ms"),
      (3_600_000, "60 min"), (60_000, "60 s"),
    ] as [(Int64, String)])
  func spans(span: Int64, text: String) { #expect(TimeText.span(span) == text) }

  @Test(
    arguments: [
      ("plain – text ✓", "plain – text ✓"), ("a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}"),
      ("\u{1b}[2J", "\\u{1b}[2J"),
      ("\u{9b}1m\u{7f}\0", "\\u{9b}1m\\u{7f}\\u{0}"), ("a\u{202e}b\u{2066}", "a\\u{202e}b\\u{2066}"),
      ("a\u{200b}b\u{feff}\u{200d}", "a\\u{200b}b\\u{feff}\\u{200d}"), ("\u{e0041}", "\\u{e0041}"),
      ("\u{2028}", "\\u{2028}"),
      ("\u{ad}\u{2060}", "\\u{ad}\\u{2060}"), ("e\u{301}", "e\u{301}"), ("", ""),
    ])
  func terminal(text: String, escaped: String) { #expect(text.printable == escaped) }

  @Test(
    arguments: [
      ("ci-bot", "ci-bot"), ("a b", "'a b'"), ("", "''"), ("$(rm -rf /)", "'$(rm -rf /)'"),
      ("a;b&c|d", "'a;b&c|d'"),
      ("it's", "$'it\\x27s'"), ("`id`", "$'\\x60i\\x64\\x60'"), ("a\nb", "$'\\x61\\x0a\\x62'"),
      ("ü", "'ü'"),
      ("a\\b", "$'\\x61\\x5c\\x62'"), ("!!", "'!!'"), ("~x", "'~x'"),
      ("a\u{202e}", "$'\\x61\\xe2\\x80\\xae'"), ("-x", "-x"),
    ])
  func quotesForShells(name: String, quoted: String) { #expect(SubjectText.shellQuoted(name) == quoted) }

  /// What a shell makes of it is the name again.
  @Test(arguments: [
    "it's `id` $HOME \\ \"x\" !", "a\n\tb\u{1b}", "ünï\u{202e}çode", "*?[a]{b,c}~", "'", "\\x41 0x0",
  ])
  func shellsReadItBack(name: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "printf %s " + SubjectText.shellQuoted(name)]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: data, as: UTF8.self) == name)
  }

  @Test func namesSubjects() {
    let table: [(Subject, String, String, String?)] = [
      (.global, "everything", "in total", "spendfuse resume --all --why \"…\""),
      (.key("ci-bot"), "key ci-bot", "by key ci-bot", "spendfuse resume --key ci-bot --why \"…\""),
      (
        Subject(.key, ["88dc"], alias: "Bot"), "key Bot (88dc)", "by key Bot (88dc)",
        "spendfuse resume --key 88dc --why \"…\""
      ),
      (.task("-x y"), "task -x y", "by task -x y", "spendfuse resume --task='-x y' --why \"…\""),
      (Subject([.key, .model], ["a", "m"]), "key a + model m", "by key a + model m", nil),
      (.task("(none)"), "task (none)", "by task (none)", nil),
    ]
    for (subject, noun, by, command) in table {
      #expect(SubjectText.noun(subject) == noun && subject.by == by)
      #expect(SubjectText.resumeCommand(subject) == command)
    }
    #expect(SubjectText.noun(.key(String(repeating: "k", count: 500))).count == 84)
    #expect(SubjectText.plural(1, .key) == "1 key" && SubjectText.plural(2, [.key, .model]) == "2 subjects")
  }

  @Test func saysWhatHappened() {
    let end = EngineTime(milliseconds: 1_795_564_800_000)
    let rule =
      "Rule key-daily-cap, window day, mode enforce; resets 2026-11-25 01:00 Europe/Berlin (2026-11-25 00:00 UTC)."
    let table: [(Decision, halt: Decision?, String, [String], String?)] = [
      (
        decision(), nil, "84 % of $25.00 used today by key ci-bot", ["$21.00 of $25.00: $4.00 left.", rule],
        nil
      ),
      (
        decision(level: .firing, value: 26_100_000_000, until: end),
        decision(.halt, level: .firing, value: 26_100_000_000, target: .key("ci-bot"), until: end),
        "104 % of $25.00 used today by key ci-bot: halted",
        [
          "$26.10 of $25.00: $1.10 past the limit.",
          "Key ci-bot is halted until 2026-11-25 01:00 Europe/Berlin (2026-11-25 00:00 UTC). Calls in flight still go through.",
          rule,
        ], "spendfuse resume --key ci-bot --why \"…\""
      ),
      (
        decision(level: .firing, value: 25 * dollar), decision(.halt, target: .global),
        "100 % of $25.00 used today by key ci-bot: everything halted",
        [
          "$25.00 of $25.00: $0.00 past the limit.",
          "Everything is halted until somebody lifts it. Calls in flight still go through.", rule,
        ],
        "spendfuse resume --all --why \"…\""
      ),
      (
        decision(level: .firing, value: 30 * dollar, held: true),
        decision(.halt, target: .key("ci-bot"), held: true),
        "120 % of $25.00 used today by key ci-bot",
        [
          "$30.00 of $25.00: $5.00 past the limit.",
          "Not halted: the brake holds it, since too many halts came at once. A person must decide.", rule,
        ], "spendfuse halt --key ci-bot --why \"…\""
      ),
      (
        decision(
          .alert, .task("t"), level: .firing, value: 12, limit: 10, mode: .warn, metric: .requests,
          guess: "gpt-x",
          window: .lifetime), nil, "120 % of 10 requests made over its lifetime by task t",
        [
          "No price is known for model gpt-x: the dearest price stood in for it. Give it one in rules.yaml, USD per million tokens: prices: {overrides: {\"gpt-x\": {input: …, output: …}}}",
          "12 requests of 10 requests: 2 requests past the limit.",
          "Nobody is halted (mode warn).", "Rule key-daily-cap, window lifetime, mode warn.",
        ], nil
      ),
      (
        decision(.resolve, note: "the window ended"), nil, "Resolved: key ci-bot, rule key-daily-cap",
        ["the window ended", "Rule key-daily-cap, window day, mode enforce."], nil
      ),
      (
        decision(.resume, target: .key("ci-bot"), note: "lifted by ann: fixed; halts again at $27.50"), nil,
        "Key ci-bot may spend again",
        ["lifted by ann: fixed; halts again at $27.50", "Rule key-daily-cap, window day, mode enforce."], nil
      ),
      (
        decision(
          .halt, level: .firing, value: 0, limit: 0, rule: "operator", target: .key("ci-bot"),
          note: "by ann: runaway"), nil,
        "Key ci-bot halted",
        [
          "by ann: runaway",
          "Key ci-bot is halted until somebody lifts it. Calls in flight still go through.",
        ],
        "spendfuse resume --key ci-bot --why \"…\""
      ),
      (
        decision(.alert, .global, level: .firing, rule: "brake", note: "new halts wait for the brake"), nil,
        "The brake holds new halts: a person is needed",
        [
          "new halts wait for the brake",
          "See what waits: spendfuse status. Halt by hand what must not go on.",
        ], nil
      ),
      (decision(.resolve, .global, rule: "brake"), nil, "The brake holds no halts any more", [], nil),
    ]
    for (decision, halt, title, lines, command) in table {
      let text = AlertText(decision, halt: halt, timeZone: "Europe/Berlin")
      #expect(text.title == title)
      #expect(text.lines == lines)
      #expect(text.command == command)
    }
  }

  @Test func numbersAtTheEndsDoNotTrap() {
    for value in [Int64.min, -1, 0, 1, .max] {
      for limit in [Int64.min, 0, 1, .max] {
        for metric in Metric.allCases {
          let one = decision(.halt, level: .firing, value: value, limit: limit, metric: metric)
          let text = AlertText(one, halt: one, timeZone: "UTC")
          #expect(!text.title.isEmpty)
          #expect(!AlertText(digest: [one, one], halted: [], timeZone: "UTC").lines.isEmpty)
        }
      }
    }
  }

  @Test func digestsNameTheWorst() {
    let tasks = (1...12).map { number in
      decision(
        .alert, .task("t\(number)"), level: number > 10 ? .firing : .step(50),
        value: Int64(number) * 50_000_000,
        limit: 500_000_000, rule: "task-budget", digest: true, window: .lifetime)
    }
    let text = AlertText(digest: tasks, halted: [.task("t12")], timeZone: "UTC")
    #expect(text.title == "12 tasks over 50 % of $0.50 (rule task-budget) while catching up")
    #expect(
      text.lines == [
        "1 of them halted.", "task t12: 120 % ($0.60 of $0.50), halted", "task t11: 110 % ($0.55 of $0.50)",
        "task t10: 100 % ($0.50 of $0.50)", "task t9: 90 % ($0.45 of $0.50)",
        "task t8: 80 % ($0.40 of $0.50)", "and 7 more",
      ])
    #expect(text.command == "spendfuse resume --rule task-budget --why \"…\"")
    var others = Array(tasks[10...])
    others[0].limit = dollar
    others[0].isDigest = false
    #expect(
      AlertText(digest: others, halted: [], timeZone: "UTC").title
        == "2 tasks over their limits (rule task-budget)")
    let resolved = ["a", "b"].map { decision(.resolve, .key($0), note: "the window ended") }
    let done = AlertText(digest: resolved, halted: [], timeZone: "UTC")
    #expect(
      done.title == "2 keys resolved (rule key-daily-cap)"
        && done.lines == ["key a: the window ended", "key b: the window ended"])
    #expect(AlertText(digest: [], halted: [], timeZone: "UTC").title == "")
  }
}
