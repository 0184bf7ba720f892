import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct SwitchNameTests {
  @Test(
    arguments: [
      ("ci-bot", "ci-bot"), ("A.b_c-9", "A.b_c-9"), ("", ""), ("a b", "a%20b"), ("a/b", "a%2Fb"),
      ("..", ".."),
      ("ü", "%C3%BC"), ("a:b", "a%3Ab"), ("%41", "%2541"), ("~x", "%7Ex"), ("*?[", "%2A%3F%5B"),
      ("\n\0", "%0A%00"),
      ("e\u{301}", "e%CC%81"), ("\u{202e}x", "%E2%80%AEx"),
      (String(repeating: "a", count: 200), String(repeating: "a", count: 200)),
      (String(repeating: "a", count: 201), "~" + SHA256.hex(String(repeating: "a", count: 201))),
      (String(repeating: " ", count: 67), "~" + SHA256.hex(String(repeating: " ", count: 67))),
    ])
  func encodes(name: String, expected: String) {
    #expect(SwitchName.encode(name) == expected)
    #expect(expected.utf8.count <= SwitchName.longest)
    if !expected.hasPrefix("~") {
      #expect(SwitchName(kind: .key, encoded: expected).subject == .key(name))
    }
  }

  @Test(arguments: ["a%2", "a%zz", "a b", "%FF%FE", "%"])
  func takesOtherNamesAsTheyAre(name: String) {
    #expect(SwitchName(kind: .task, encoded: name).subject == .task(name))
  }

  @Test func namesOnlyWhatCanBeHalted() {
    #expect(SwitchName.names(of: .global) == [.global])
    #expect(SwitchName.names(of: .task("t 1")) == [SwitchName(kind: .task, encoded: "t%201")])
    #expect(
      SwitchName.names(of: Subject(.key, ["k"], alias: "the bot"))
        == [SwitchName(kind: .key, encoded: "k"), SwitchName(kind: .key, encoded: "the%20bot")])
    #expect(SwitchName.names(of: Subject(.key, ["k"], alias: "k")).count == 1)
    #expect(SwitchName.names(of: Subject(.key, ["k"], alias: "")).count == 1)
    for subject in [
      .key("(none)"), .task("(none)"), Subject(.model, ["m"]), Subject([.key, .model], ["k", "m"]),
      Subject(.key, []),
    ] {
      #expect(SwitchName.names(of: subject).isEmpty)
    }
  }

  @Test func fileNamesAreReadBack() {
    for name in [.global, SwitchName(kind: .key, encoded: "a%2Fb"), SwitchName(kind: .task, encoded: "..")] {
      #expect(DirectoryPlace.name(file: DirectoryPlace.fileName(name)) == name)
    }
    for file in ["x", "key.halt", "model-x.halt", ".key-x.halt.12.tmp", "key-x"] {
      #expect(DirectoryPlace.name(file: file) == nil)
    }
  }

  private func reading(_ writer: String?, halted: Bool = true, end: SwitchReading.End = .never)
    -> SwitchReading
  {
    SwitchReading(isHalted: halted, reason: writer.map { reason(until: end, writer: $0).json }, end: end)
  }
  private func reason(until: SwitchReading.End, writer: String = "me") -> HaltReason {
    var shown = HaltIntent.Shown(
      why: "w", origins: [.rule("r")], since: EngineTime(milliseconds: 0), until: nil)
    if case .at(let time) = until { shown.until = time }
    return HaltReason(.key("k"), shown, writer: writer)
  }

  /// What is done about each reading: wanted, known to be ours, and what stands there.
  @Test func decides() {
    let now = EngineTime(milliseconds: 1_000_000)
    let soon = SwitchReading.End.at(now + 3_000)
    let later = SwitchReading.End.at(now + 60_000)
    let table: [(SwitchReading, wanted: HaltReason?, isKnown: Bool, SwitchStep)] = [
      (.absent, nil, false, .nothing), (.absent, nil, true, .nothing),
      (.absent, reason(until: .never), true, .write),
      (reading("me"), reason(until: .never), true, .keep),
      (reading("me"), reason(until: .never), false, .keep),
      (reading("me"), reason(until: later), false, .write),
      (reading("me", end: later), reason(until: .never), true, .write),
      (reading("me", end: later), reason(until: later), true, .keep), (reading("me"), nil, false, .remove),
      (reading("me", halted: false), nil, false, .remove),
      (reading("me", halted: false), reason(until: .never), false, .write),
      // Tampered with: the reason went, or the flag did.
      (reading(nil), reason(until: .never), true, .write), (reading(nil), nil, true, .remove),
      (reading(nil, halted: false), reason(until: .never), true, .write),
      // Somebody else's.
      (reading(nil), reason(until: .never), false, .leave), (reading(nil), nil, false, .leave),
      (reading("you"), reason(until: .never), true, .leave), (reading("you"), nil, true, .leave),
      (reading("you", end: soon), reason(until: .never), false, .write),
      (reading("you", end: soon), reason(until: soon), false, .leave),
      (reading("you", end: soon), nil, false, .leave),
      (reading("you", end: later), reason(until: .never), false, .leave),
      (reading("you", halted: false), reason(until: .never), false, .write),
      (reading("you", halted: false), nil, false, .nothing),
    ]
    for (index, row) in table.enumerated() {
      let step = SwitchStep(
        row.0, wanted: row.wanted.map(WrittenReason.init), isKnown: row.isKnown, writer: "me", now: now)
      #expect(step == row.3, "row \(index)")
    }
  }

  @Test func reasonsRoundTripAndHideAmounts() throws {
    let shown = HaltIntent.Shown(
      why: "$26.10 of $25.00 used today by key ci-bot", origins: [.rule("cap"), .person("ann")],
      since: EngineTime(milliseconds: 0), until: EngineTime(milliseconds: 86_400_000))
    let reason = HaltReason(Subject(.key, ["ci-bot"], alias: "x"), shown, writer: "w1")
    #expect(
      String(decoding: reason.json, as: UTF8.self)
        == #"{"origins":[{"rule":"cap"},{"person":"ann"}],"since":"1970-01-01T00:00:00.000Z","subject":{"key":"ci-bot"},"#
        + #""until":"1970-01-02T00:00:00.000Z","why":"$26.10 of $25.00 used today by key ci-bot","writer":"w1"}"#
    )
    #expect(HaltReason(json: reason.json) == reason && reason.end == shown.until)
    #expect(HaltReason(.key("k"), shown, writer: "w", hidesAmounts: true).why == "halted by rule cap")
    let byHand = HaltIntent.Shown(why: "runaway", origins: [.person("ann")], since: shown.since, until: nil)
    #expect(HaltReason(.global, byHand, writer: "w", hidesAmounts: true).why == "runaway")
    #expect(HaltReason(.global, byHand, writer: "w").subject == [:])
    for junk in ["", "{}", "1", "[]", String(repeating: "[", count: 100_000)] {
      #expect(HaltReason(json: Array(junk.utf8)) == nil)
    }
  }
}
