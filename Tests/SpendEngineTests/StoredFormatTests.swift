import Support
import Testing

@testable import SpendEngine

/// Stored bytes of a later build, or of none: what can be passed over is, everything else is refused.
@Suite struct StoredFormatTests {
  private static let layout = SeriesLayout(
    per: .key,
    rules: [
      .threshold("a", window: .lifetime, limit: 1), .threshold("b", metric: .errors, limit: 1),
      .threshold("c", limit: 1),
    ])

  @Test func columnsAreWrittenWithTheirWidths() {
    #expect(StoredColumns.text(of: Self.layout) == "lifetime*0:spend*1 day*1:errors*3,spend*3")
    #expect(StoredColumns.places("", in: Self.layout) == [])
  }

  /// Where the stored words go: -1 = nowhere. Of `layout`: 1 = lifetime spend; 2 = the day's start, 3... its errors, 6... its spend.
  @Test(
    arguments: [
      ("lifetime*0:spend*1 day*1:errors*3,spend*3", [1, 2, 3, 4, 5, 6, 7, 8]),
      ("day*1:spend*3", [2, 6, 7, 8]),
      ("5m*4:spend*60 lifetime*0:spend*1", Array(repeating: -1, count: 64) + [1]),
      ("day*1:watts*2,spend*3", [2, -1, -1, 6, 7, 8]),
      ("day*1:requests*3,errors*3", [2, -1, -1, -1, 3, 4, 5]),
      ("week*1:spend*3 day*1:errors*3", [-1, -1, -1, -1, 2, 3, 4, 5]),
      ("later*0:spend*0 lifetime*0:spend*1", [1]),
    ] as [(String, [Int])])
  func whatIsNotKnownIsPassedOver(_ text: String, _ places: [Int]) {
    #expect(StoredColumns.places(text, in: Self.layout)?.map { $0 ?? -1 } == places)
  }

  @Test(arguments: [
    "day:spend", "day*1:spend", "day:spend*3", "day*1", "day*1:", "*1:spend*3", "day*1:*3", "day*1:spend*",
    "day*-1:spend*3", "day*1:spend*-3", "day*1:spend*3*3", "day*1:spend*3,", " day*1:spend*3",
    "day*1:spend*3  lifetime*0:spend*1", "day*1:spend*99999999999999999999", "x*0:y*4097",
    "x*4096:y*4096", "day*1:spend*3 lifetime*1:spend*1",
    // Widths that this build does not have for what it knows.
    "day*2:spend*3", "day*1:spend*1", "day*1:requests*4", "lifetime*0:spend*3",
  ])
  func otherColumnsAreRefused(_ text: String) {
    #expect(StoredColumns.places(text, in: Self.layout) == nil)
  }

  /// A page with a window of a later build in front: the sums behind it are not shifted.
  @Test func aLaterBuildsPageIsRead() throws {
    func page(_ columns: String, _ series: [[Int64]], version: UInt8 = 2, more: [UInt8] = []) -> [UInt8] {
      var writer = ByteWriter()
      writer.byte(version)
      writer.string(columns)
      writer.unsigned(UInt64(series.count))
      for words in series { for word in words { writer.signed(word) } }
      return writer.bytes + more
    }
    let columns = "5m*1:spend*2,watts*1 lifetime*0:spend*1 day*1:spend*3"
    let series: [[Int64]] = [
      [1_000, 7, 7, 7, 7, 42, EngineTime.midnight.milliseconds, 1, 2, 3],
      [2_000, 8, 8, 8, 8, 43, EngineTime.midnight.milliseconds, 4, 5, 6],
    ]
    var table = SeriesTable(layout: Self.layout)
    let isRead = table.restore(page: 0, sequence: 3, page(columns, series))
    #expect(isRead && table.count == 2 && table.lastSeen(1) == EngineTime(milliseconds: 2_000))
    let values = table.layout.rules.map { [table.value(0, $0), table.value(1, $0)] }
    #expect(values == [[42, 43], [0, 0], [2, 5]])
    for (label, blob) in [
      ("a byte more", page(columns, series, more: [0])), ("a word less", page(columns, [[1_000, 7]])),
      ("version 1", page(columns, series, version: 1)), ("version 3", page(columns, series, version: 3)),
      ("no widths", page("day:spend", [[1_000, 0, 1, 2, 3]])),
    ] {
      var other = SeriesTable(layout: Self.layout)
      let isRead = other.restore(page: 0, sequence: 3, blob)
      #expect(!isRead, "\(label)")
    }
  }

  /// A set bit that this build never writes: nothing is guessed of what follows.
  @Test(arguments: [14, 15] + Array(18..<64)) func unknownFlagsAreRefused(bit: Int) throws {
    var writer = JournalWriter()
    var event = UsageEvent(time: .noon)
    event.requests = 1
    writer.append(event)
    var bytes = ByteWriter(writer.take())
    bytes.unsigned(1 << UInt64(bit))
    bytes.bytes += [1, 2, 3]
    var reader = try #require(JournalReader(bytes.bytes))
    #expect(reader.next() == event && !reader.failed)
    #expect(reader.next() == nil && reader.failed && reader.isForeign)
    #expect(reader.next() == nil)
    try refuses("kind") { $0.journal.append(($0.sequence, bytes.bytes)) }
  }

  /// Refused with a reason that says `what`.
  private func refuses(_ what: String, _ change: (inout SavedState) -> Void) throws {
    let (rules, state) = try JournalTests.busyState()
    var saved = state.saved
    change(&saved)
    let set = RuleSet(rules: rules, calendars: [.day: .utcDays])
    let error = #expect(throws: EngineError.self) {
      _ = try Engine(rules: set, prices: EngineDriver.prices, restoring: saved).time
    }
    guard case .damagedState(let why)? = error else { return }
    #expect(why.contains(what), "\(why)")
  }

  @Test(arguments: [0, 4, 0x7f] as [Int64]) func unknownPagesAreRefused(tag: Int64) throws {
    try refuses("page") { $0.pages[0].id = tag << 56 | $0.pages[0].id & (1 << 56 - 1) }
  }

  @Test func pagesAndRowsOfWhatIsNotKnownAreRefused() throws {
    let page = Page(id: SeriesPage(per: .key, number: 0).id, sequence: 1, blob: [])
    #expect(SeriesPage(id: page.id) == SeriesPage(per: .key, number: 0))
    for bit in 45..<56 { #expect(SeriesPage(id: page.id | 1 << Int64(bit)) == nil) }
    try refuses("counts by") { $0.pages.append(Page(id: page.id | 1 << 45, sequence: 1, blob: [])) }
    try refuses("request ids") { saved in
      let index = saved.pages.firstIndex { PageKind(page: $0.id) == .seen } ?? 0
      saved.pages[index].id |= 0x10
    }
    try refuses("row") { $0.rows.append(StateRow(kind: 63, key: [], value: [1])) }
    try refuses("another version") { $0.rows.append(StateRow(kind: 3, key: [], value: [1])) }
  }

  /// The name of a window or a mode that this build does not know, in an alert.
  @Test func anUnknownAlertIsRefused() throws {
    var state = AlertState(window: .calendar(.day), since: .noon)
    state.mode = .warn
    let bytes = state.encoded()
    #expect(AlertState(bytes) == state && AlertState(bytes + [0]) == nil)
    let name = try #require(bytes.firstIndex(of: UInt8(ascii: "d")))
    var week = bytes
    week[name] = UInt8(ascii: "w")
    #expect(AlertState(week) == nil)
    var mode = bytes
    mode[3] = 7
    #expect(bytes[3] == Mode.warn.rawValue && AlertState(mode) == nil)
    try refuses("alert") { saved in
      for index in saved.rows.indices where saved.rows[index].kind == StateRow.Kind.alert.rawValue {
        saved.rows[index].value = week
      }
    }
  }

  @Test func unknownSubjectsAndOriginsAreRefused() {
    func subject(_ bytes: [UInt8]) -> Subject? {
      var reader = ByteReader(bytes)
      return Subject(&reader)
    }
    var writer = ByteWriter()
    Subject.key("a").write(&writer)
    #expect(subject(writer.bytes) == .key("a"))
    #expect(subject([1, 2, 1, 97, 1, 97, 0]) == nil, "two names for one dimension")
    #expect(subject([1, 0, 0]) == nil, "none")
    #expect(subject([0x20, 1, 1, 97, 0]) == nil, "another dimension")
    var origin = ByteReader([2, 1, 97])
    #expect(HaltOrigin(&origin) == nil)
    #expect(Per(stored: 0b1_1111) != nil && Per(stored: 0b10_0000) == nil)
  }

  /// Every stored blob is read to its end.
  @Test(arguments: [JournalTests.Part.names, .pages, .rows, .journal]) func moreBytesAreRefused(
    _ part: JournalTests.Part
  ) throws {
    let (rules, state) = try JournalTests.busyState()
    let set = RuleSet(rules: rules, calendars: [.day: .utcDays])
    let damaged = JournalTests.damage(state.saved, part) { [$0 + [0]] }
    #expect(!damaged.isEmpty)
    for (number, saved) in damaged.enumerated() {
      #expect(throws: EngineError.self, "\(part) \(number)") {
        _ = try Engine(rules: set, prices: EngineDriver.prices, restoring: saved).time
      }
    }
  }
}
