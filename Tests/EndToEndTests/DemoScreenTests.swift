import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@testable import spendfuse

/// The demo's pictures and its ending, from fixed models.
@Suite struct DemoScreenTests {
  private func dollars(_ cents: Int64) -> Int64 { cents * 10_000_000 }

  private func picture() -> DemoPicture {
    DemoPicture(
      stage: .halted,
      bars: [
        .init(name: "web-app", value: dollars(842), limit: dollars(2_000)),
        .init(name: "data-team", value: dollars(2_127), limit: dollars(3_500)),
        .init(name: "ops", value: dollars(900), limit: dollars(1_000), isResumed: true),
        .init(name: "ci-bot", value: dollars(2_031), limit: dollars(2_000), isHalted: true),
      ], calls: 2_043,
      events: [
        DemoEvent(
          at: 140, kind: .watch, text: "watching 4 keys, each with a limit for 24 hours; nothing is spent yet"
        ),
        DemoEvent(at: 6_980, kind: .alert, text: "51 % of $20.00 used in the last 24h by key ci-bot"),
        DemoEvent(
          at: 9_650, kind: .halt,
          text: "101 % of $20.00 used in the last 24h by key ci-bot: halted; $0.3171 past the limit"),
      ])
  }

  private func text(_ terminal: OutputTerminal) -> String {
    DemoScreen(picture()).lines(for: terminal).joined(separator: "\n")
  }

  @Test func at80x24() {
    #expect(text(OutputTerminal(width: 80, height: 24, hasColour: false)) == Golden.at80)
  }

  @Test func at200x50() {
    #expect(text(OutputTerminal(width: 200, height: 50, hasColour: false)) == Golden.at200)
  }

  @Test func at40() { #expect(text(OutputTerminal(width: 40, height: 24, hasColour: false)) == Golden.at40) }

  @Test func withoutBlocks() {
    #expect(
      text(OutputTerminal(width: 80, height: 24, hasColour: false, hasBlocks: false)) == Golden.withoutBlocks)
  }

  @Test func inColour() {
    let coloured = text(OutputTerminal(width: 80, height: 24, hasColour: true))
    #expect(coloured.replacing("\u{1b}", with: "^") == Golden.inColour)
    // Colours change nothing else.
    #expect(coloured.replacing(/\u{1b}\[[0-9]*m/, with: "") == Golden.at80)
  }

  @Test(arguments: [40, 41, 63, 64, 65, 66, 80, 100, 200], [24, 10, 50]) func fitsEveryTerminal(
    _ width: Int, _ height: Int
  ) {
    var picture = picture()
    picture.bars.append(
      .init(name: "a-name-that-is-longer-than-its-column", value: dollars(1_234_567), limit: dollars(10_000)))
    for number in 0..<40 {
      picture.events.append(
        DemoEvent(
          at: Int64(number) * 1_000_000, kind: .log, text: String(repeating: "wörd-\(number) 日本 ", count: 20))
      )
    }
    let stages: [DemoPicture.Stage] = [
      .starting, .day(.noon), .loop(call: 12, tokens: 308_000), .halted, .resumed,
    ]
    for stage in stages {
      picture.stage = stage
      let lines = DemoScreen(picture).lines(
        for: OutputTerminal(width: width, height: height, hasColour: false))
      #expect(lines.allSatisfy { $0.columns < width }, "\(lines.filter { $0.columns >= width })")
      #expect(lines.count < height)
    }
  }

  @Test func redrawsInPlace() {
    #expect(DemoShow.redraw(["a", "b"], over: 0) == "a\u{1b}[K\r\nb\u{1b}[K\r\n")
    #expect(
      DemoShow.redraw(["c", "d", "e"], over: 2) == "\r\u{1b}[2Ac\u{1b}[K\r\nd\u{1b}[K\r\ne\u{1b}[K\r\n")
    #expect(DemoShow.redraw(["f"], over: 3) == "\r\u{1b}[3Af\u{1b}[K\r\n\u{1b}[J")
  }

  // MARK: The ending

  private let outcome = DemoOutcome(
    key: "ci-bot", nanoseconds: 4_840_000, value: 20_317_100_000, limit: 20_000_000_000, calls: 12,
    loopCost: 12_790_000_000, loopSpan: 4 * .minute)
  private let found = [
    DemoEnding.Found(writer: "Claude Code", path: "/home/ann/.claude/projects", files: 1_214),
    DemoEnding.Found(writer: "Codex", path: "/home/ann/.codex/sessions", files: 1, isPartial: true),
  ]

  @Test func theEndingWithLogs() {
    #expect(
      DemoEnding(outcome, logs: found).text(for: OutputTerminal(width: 80, hasColour: false))
        == Golden.endingWithLogs)
  }

  @Test func theEndingWithoutLogs() {
    #expect(
      DemoEnding(outcome, logs: [], invocation: "./.build/release/spendfuse").text(
        for: OutputTerminal(width: nil, hasColour: false)) == Golden.endingWithoutLogs)
  }

  @Test(arguments: [40, 64, 80, 200]) func theEndingFits(_ width: Int) {
    for logs in [found, []] {
      let text = DemoEnding(outcome, logs: logs).text(for: OutputTerminal(width: width, hasColour: false))
      // Commands are there to be copied: they are not cut.
      let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("  ") || width > 64 }
      #expect(lines.allSatisfy { $0.columns <= width }, "\(lines.filter { $0.columns > width })")
    }
  }

  @Test func findsLogsOnlyWhereThereAreSome() throws {
    let home = TempDir("home")
    let agents = AgentLogs(environment: [:], home: home.path)
    func logs() -> [DemoEnding.Found] {
      DemoEnding.logs(agents).filter { $0.path.hasPrefix(home.path) }
    }
    try home.write(".codex/sessions/readme.txt", "")
    #expect(logs() == [])
    try home.write(".claude/projects/a/1.jsonl", "{}\n")
    try home.write(".claude/projects/b/2.jsonl", "{}\n")
    #expect(
      logs() == [DemoEnding.Found(writer: "Claude Code", path: home.path + "/.claude/projects", files: 2)])
  }

  @Test(arguments: [
    ("one two three", 7, "one two\nthree"), ("one", 2, "o…"), ("", 5, ""), ("a b", 80, "a b"),
    ("日本 日本", 5, "日本\n日本"),
  ])
  func wrapsWords(_ text: String, _ width: Int, _ lines: String) {
    #expect(text.wrapped(to: width).joined(separator: "\n") == lines)
  }
}
