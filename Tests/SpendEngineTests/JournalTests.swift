import Support
import Testing

@testable import SpendEngine

@Suite struct JournalTests {
  static let odd: [Int64] = [
    0, 1, -1, 63, 64, -64, -65, 127, 128, 300, .max, .min, .max - 1, .min + 1, 1 << 32, -(1 << 53),
  ]

  @Test func integersAndStringsComeBack() {
    var writer = ByteWriter()
    for value in JournalTests.odd {
      writer.signed(value)
      writer.unsigned(UInt64(bitPattern: value))
      writer.fixed(UInt64(bitPattern: value))
      writer.time(EngineTime(milliseconds: value))
    }
    writer.time(nil)
    for text in ["", "a", "kéy 🔥", String(repeating: "x", count: 300)] { writer.string(text) }
    writer.byte(255)
    var reader = ByteReader(writer.bytes)
    for value in JournalTests.odd {
      #expect(reader.signed() == value)
      #expect(reader.unsigned() == UInt64(bitPattern: value))
      #expect(reader.fixed() == UInt64(bitPattern: value))
      #expect(reader.time()?.milliseconds == value)
    }
    #expect(reader.time() == nil)
    for text in ["", "a", "kéy 🔥", String(repeating: "x", count: 300)] { #expect(reader.string() == text) }
    #expect(reader.byte() == 255 && reader.isAtEnd && !reader.failed)
    #expect(reader.byte() == 0 && reader.failed)
  }

  @Test(
    arguments: [
      [], [0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [5, 1, 2],
    ] as [[UInt8]])
  func malformedInputFails(bytes: [UInt8]) {
    var blob = ByteReader(bytes)
    #expect(blob.blob().isEmpty && blob.failed)
    var small = ByteReader(bytes)
    let number: UInt8 = small.number()
    #expect(number == 5 || small.failed)
  }

  static func event(_ dice: inout Dice) -> UsageEvent {
    func any(_ dice: inout Dice) -> Int64 {
      dice.one(in: 3) ? 0 : dice.one(in: 2) ? dice.pick(odd) : dice.roll(0...100_000)
    }
    func name(_ dice: inout Dice) -> NameID { dice.one(in: 3) ? 0 : NameID(truncatingIfNeeded: dice.next()) }
    var event = UsageEvent(time: EngineTime(milliseconds: any(&dice)))
    (event.source, event.key, event.task, event.model) = (name(&dice), name(&dice), name(&dice), name(&dice))
    (event.user, event.team) = (name(&dice), name(&dice))
    event.tokens.freshInput = any(&dice)
    event.tokens.cacheRead = any(&dice)
    event.tokens.cacheWrite5m = any(&dice)
    event.tokens.cacheWrite1h = any(&dice)
    event.tokens.output = any(&dice)
    event.tokens.reasoning = any(&dice)
    event.cost = NanoUSD(rawValue: any(&dice))
    (event.requests, event.errors) = (any(&dice), any(&dice))
    event.pricing = dice.pick(UsageEvent.Pricing.allCases)
    if dice.one(in: 2) {
      event.fingerprint = max(1, dice.next())
      event.detail = name(&dice)
    }
    (event.isLoose, event.isCorrection) = (dice.one(in: 2), dice.one(in: 2))
    return event
  }

  @Test(arguments: Dice.seeds) func eventsComeBack(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var buffer: [UInt8]? = nil
    for _ in 0..<20 {
      var writer = buffer.map { JournalWriter(reusing: $0) } ?? JournalWriter()
      let events = (0..<Int(dice.roll(0...30))).map { _ in JournalTests.event(&dice) }
      for event in events { writer.append(event) }
      #expect(writer.count == events.count)
      let blob = writer.take()
      #expect(writer.count == 0 && writer.byteCount == 0)
      var reader = try #require(JournalReader(blob))
      var read: [UsageEvent] = []
      while let event = reader.next() { read.append(event) }
      #expect(read == events && !reader.failed)
      buffer = blob
    }
    #expect(JournalReader([2, 0, 0]) == nil, "another version")
  }

  @Test(arguments: Dice.seeds) func alertStatesComeBack(seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<50 {
      var state = AlertState(
        window: dice.pick(Window.all), since: EngineTime(milliseconds: dice.pick(JournalTests.odd)))
      state.level = dice.pick(JournalTests.odd)
      state.told = dice.pick(JournalTests.odd)
      state.mode = dice.pick(Mode.allCases)
      state.windowStart = dice.one(in: 2) ? nil : EngineTime(milliseconds: dice.pick(JournalTests.odd))
      state.windowEnd = dice.one(in: 2) ? nil : EngineTime(milliseconds: dice.pick(JournalTests.odd))
      state.incident = dice.pick(JournalTests.odd)
      state.halted = dice.pick([nil, .global, .key("a"), .task("t"), Subject(.key, ["h"], alias: "ci")])
      state.halts = dice.pick(JournalTests.odd)
      state.headroomValue = dice.one(in: 2) ? nil : dice.pick(JournalTests.odd)
      state.headroomEnd = dice.one(in: 2) ? nil : EngineTime(milliseconds: dice.pick(JournalTests.odd))
      state.resumedBy = dice.pick(["", "ann", "åsa"])
      #expect(AlertState(state.encoded()) == state)
    }
  }

  // MARK: Damage

  /// A state with something of everything: names, aliases, combinations, pages, alerts, halts, a hold, headroom, ids.
  static func busyState() throws -> (rules: [Rule], state: MemoryState) {
    let rules: [Rule] = [
      .threshold("cap", limit: 100, halt: .key),
      .threshold("life", per: .task, window: .lifetime, limit: 200, halt: .task),
      .threshold(
        "pair", per: [.key, .model], metric: .requests, limit: 2, alertAt: [], halt: .key, until: .manual),
      .threshold("all", per: .global, limit: 10_000, alertAt: [1], mode: .shadow),
    ]
    var driver = try EngineDriver(rules, brake: BrakeSettings(halts: 2, span: 10 * .minute))
    driver.engine.sweepAfterBatches = 4
    driver.engine.pagesPerBatch = 3
    for round in 0..<9 {
      driver.fold(
        (0..<4).map { number in
          TestCall(40, key: "k\(number)", task: "t\(round % 3)").with {
            $0.alias = "alias-\(number)"
            $0.model = "m\(round % 2)"
            $0.user = "u"
            $0.tokens.output = 7
            $0.id = "call-\(round)-\(number % 3)"
            $0.detail = number == 3 ? "other" : ""
          }
        })
      if round == 4 {
        driver.perform(.halt(.task("t9"), why: "drill", by: "ann", until: .noon + .hour))
        driver.perform(.resume(.key("k0"), rule: nil, why: "ok", by: "ann", headroom: .standard))
      }
      driver.advance(by: round == 6 ? .day : .minute)
      driver.commit()
    }
    #expect(driver.state.pageCount > 3 && driver.state.journalCount > 1)
    #expect(driver.state.rowCount(.alert) > 3 && driver.state.rowCount(.halt) > 2)
    return (rules, driver.state)
  }

  /// Starts on what is left of a state and works on: it may refuse, it must not crash.
  static func survives(_ saved: SavedState, _ rules: [Rule]) {
    let set = RuleSet(rules: rules, calendars: [.day: .utcDays])
    do throws(EngineError) {
      var engine = try Engine(rules: set, prices: EngineDriver.prices, restoring: saved)
      engine.advance(to: .nextMidnight + .hour)
      let file = FileID(rawValue: 1)
      engine.open(file, source: SourceID(rawValue: 0), pattern: "p", offset: 0)
      engine.fold(
        EngineDriver.parsed([
          TestCall(500, key: "k1", task: "t1"), TestCall(1, key: "new").with { $0.id = "call-1-1" },
        ]),
        file: file, base: 0)
      engine.advance(to: .nextMidnight + 3 * .day)
      _ = engine.status()
      _ = engine.drainHaltIntents()
      _ = engine.seal()
    } catch {
      guard case .damagedState(let what) = error else { return }
      #expect(!what.isEmpty)
    }
  }

  enum Part: CaseIterable { case names, pages, rows, keys, journal }
  /// Every blob of a state, one after the other, changed by `change`.
  static func damage(_ saved: SavedState, _ part: Part, _ change: ([UInt8]) -> [[UInt8]]) -> [SavedState] {
    var damaged: [SavedState] = []
    func add(_ edit: (inout SavedState) -> Void) {
      var copy = saved
      edit(&copy)
      damaged.append(copy)
    }
    switch part {
    case .names:
      for index in saved.names.indices {
        for blob in change(saved.names[index]) { add { $0.names[index] = blob } }
      }
    case .pages:
      for index in saved.pages.indices {
        for blob in change(saved.pages[index].blob ?? []) { add { $0.pages[index].blob = blob } }
      }
    case .rows:
      for index in saved.rows.indices {
        for blob in change(saved.rows[index].value ?? []) { add { $0.rows[index].value = blob } }
      }
    case .keys:
      for index in saved.rows.indices {
        for blob in change(saved.rows[index].key) { add { $0.rows[index].key = blob } }
      }
    case .journal:
      for index in saved.journal.indices {
        for blob in change(saved.journal[index].events) { add { $0.journal[index].events = blob } }
      }
    }
    return damaged
  }

  @Test(arguments: Part.allCases) func aTruncatedStateIsRefusedOrRead(_ part: Part) throws {
    let (rules, state) = try JournalTests.busyState()
    for saved in JournalTests.damage(state.saved, part, { blob in blob.indices.map { Array(blob[..<$0]) } }) {
      JournalTests.survives(saved, rules)
    }
  }

  @Test(arguments: Part.allCases) func aFlippedByteDoesNotCrash(_ part: Part) throws {
    let (rules, state) = try JournalTests.busyState()
    var dice = Dice(seed: 9)
    let damaged = JournalTests.damage(state.saved, part) { blob in
      blob.indices.map { index in
        var copy = blob
        copy[index] ^= dice.pick([0x01, 0x80, 0xff, 0x7f, 0x40])
        return copy
      }
    }
    for saved in damaged { JournalTests.survives(saved, rules) }
  }

  /// Whole words of rubbish: lengths and numbers as large as they come.
  @Test(arguments: Part.allCases) func rubbishDoesNotCrash(_ part: Part) throws {
    let (rules, state) = try JournalTests.busyState()
    let most: [UInt8] = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
    let damaged = JournalTests.damage(state.saved, part) { blob in
      stride(from: 0, to: blob.count, by: 3).map { Array(blob[..<$0] + most + blob[$0...]) } + [
        [], most, [1] + most,
      ]
    }
    for saved in damaged { JournalTests.survives(saved, rules) }
  }
}
