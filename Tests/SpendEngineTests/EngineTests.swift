import SpendEngine
import Support
import Testing

@Suite struct EngineTests {
  static let cap = Rule.threshold("cap", limit: 100, alertAt: [], halt: .key)
  static let file = FileID(rawValue: 4)

  @Test func timeNeverGoesBack() throws {
    var driver = try EngineDriver([EngineTests.cap])
    driver.advance(to: .noon + -.hour)
    driver.advance(to: .noon + -.day)
    driver.advance(to: .noon)
    #expect(driver.engine.time == .noon && driver.engine.stepsBack == 2)
  }

  /// What is due is done at its own instant, however late `advance` is called, and in order.
  @Test func deadlinesAreServedInOrder() throws {
    var driver = try EngineDriver([EngineTests.cap])
    driver.fold(TestCall(100, key: "a"))
    driver.perform(.halt(.key("b"), why: "", by: "ann", until: .noon + 2 * .hour))
    driver.perform(.halt(.key("c"), why: "", by: "ann", until: .noon + .hour))
    #expect(driver.engine.nextDeadline == .noon + .hour)
    _ = driver.said()
    driver.advance(by: 5 * .day)
    let decisions = driver.takeDecisions()
    #expect(
      decisions.map(\.line) == [
        "resume operator key c", "resume operator key b", "resume cap key a", "resolve cap key a",
      ])
    let times: [EngineTime] = [.noon + .hour, .noon + 2 * .hour, .nextMidnight, .nextMidnight]
    #expect(decisions.map(\.at) == times)
    #expect(driver.engine.nextDeadline == .midnight + 6 * .day)
  }

  /// A clock that stood behind at the start: what must be looked at is looked at all the same.
  @Test func aStartBehindTheLastRunReconciles() throws {
    var driver = try EngineDriver([EngineTests.cap])
    driver.fold(TestCall(60, key: "a"))
    driver.commit()
    try driver.restart([.threshold("cap", limit: 50, alertAt: [], halt: .key)])
    driver.advance(to: .noon + -.hour)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  @Test func whatEndedWhileItWasDownEndsAtTheStart() throws {
    var driver = try EngineDriver([EngineTests.cap])
    driver.fold(TestCall(100, key: "a"), TestCall(100, key: "d"))
    driver.perform(.halt(.key("b"), why: "", by: "ann", until: .noon + .hour))
    driver.perform(.halt(.key("c"), why: "", by: "ann", until: nil))
    driver.commit()
    try driver.restart()
    let shown = driver.shown().sorted()
    let midnight = EngineTime.nextMidnight.milliseconds
    let one = (EngineTime.noon + .hour).milliseconds
    let expected = [
      "on key a until \(midnight)", "on key b until \(one)", "on key c", "on key d until \(midnight)",
    ]
    #expect(shown == expected, "the switches are told everything after a start")
    driver.advance(by: 3 * .day)
    #expect(
      driver.said() == [
        "resume operator key b", "resume cap key a", "resolve cap key a", "resume cap key d",
        "resolve cap key d",
      ])
    #expect(Set(driver.shown()) == ["off key a", "off key b", "off key d"])
  }

  @Test func filesAreOpenedMovedAndFound() throws {
    var driver = try EngineDriver([EngineTests.cap])
    let file = EngineTests.file
    #expect(driver.engine.offset(of: file) == nil)
    driver.engine.fold(EngineDriver.parsed([TestCall(1)]), file: file, base: 0)
    #expect(driver.engine.status().books.read == 0, "a file that was never opened")
    driver.engine.open(file, source: SourceID(rawValue: 1), pattern: "/a/*", offset: 500)
    #expect(driver.engine.offset(of: file) == 500)
    driver.engine.move(file, to: 700)
    driver.engine.fold(EngineDriver.parsed([TestCall(1), TestCall(2)]), file: file, base: 700)
    driver.engine.open(file, source: SourceID(rawValue: 1), pattern: "/a/*", offset: 0)
    #expect(driver.engine.offset(of: file) == 700 + 2 * EngineDriver.recordLength, "it goes on from its book")
    driver.commit()
    try driver.restart()
    driver.engine.open(file, source: SourceID(rawValue: 3), pattern: "/b/*", offset: 0)
    driver.commit()
    #expect(driver.engine.offset(of: file) == 900)
    #expect(driver.state.saved.files.map(\.source.rawValue) == [3], "its source has moved in the list")
  }

  /// Whatever order they go in, the others keep their books, and what changed since the last seal is sealed.
  @Test func aForgottenFileTakesItsBookAlong() throws {
    var driver = try EngineDriver([EngineTests.cap])
    for file in 1...4 as ClosedRange<UInt32> {
      driver.fold((0..<Int(file)).map { _ in TestCall(1) }, file: file)
    }
    #expect(driver.engine.seal()?.files.count == 4)
    driver.fold(TestCall(1), file: 4)
    driver.fold(TestCall(1), file: 2)
    let book = driver.engine.forget(FileID(rawValue: 2))
    #expect(book?.books.read == 3 && book?.offset == 3 * EngineDriver.recordLength)
    let again = driver.engine.forget(FileID(rawValue: 2))
    #expect(again == nil)
    let status = driver.engine.status()
    #expect(status.books.read == 1 + 3 + 5 && status.files.count == 3)
    #expect(driver.engine.seal()?.files.map(\.file.rawValue) == [4])
    // Its id given again by mistake begins a book anew; the rest go on.
    driver.engine.open(FileID(rawValue: 2), source: SourceID(rawValue: 0), pattern: "p", offset: 0)
    driver.fold(TestCall(1), file: 3)
    #expect(driver.engine.offset(of: FileID(rawValue: 2)) == 0)
    #expect(driver.engine.offset(of: FileID(rawValue: 3)) == 4 * EngineDriver.recordLength)
  }

  @Test func theBooksBalance() throws {
    var driver = try EngineDriver([EngineTests.cap])
    var parsed = EngineDriver.parsed([
      TestCall(1, key: "a").with { $0.id = "m" }, TestCall(1, key: "a").with { $0.id = "m" },
      TestCall(nil, key: "a"),
      TestCall(nil, key: "a").with {
        $0.model = "unheard-of"
        $0.tokens.output = 5
      },
    ])
    for (number, rejection) in Rejection.allCases.enumerated() {
      let start = (4 + number) * 100
      parsed.records.append(ParsedRecord(outcome: .rejected(rejection), start: start, end: start + 100))
    }
    parsed.records.append(ParsedRecord(outcome: .noUsage, start: 2_000, end: 2_001))
    driver.engine.open(EngineTests.file, source: SourceID(rawValue: 0), pattern: "p", offset: 0)
    driver.engine.fold(parsed, file: EngineTests.file, base: 10)
    for _ in 0..<2 {
      let books = driver.engine.status().books
      #expect(books.read == Int64(parsed.records.count))
      #expect(books.read == books.folded + books.duplicate + books.noUsage + books.rejectedTotal)
      #expect(books.folded == 3 && books.duplicate == 1 && books.noUsage == 1)
      #expect(books.rejected.allSatisfy { $0 == 1 })
      #expect(books.pricedByLog == 1 && books.pricedByDearest == 1 && books.untimed == 4)
      #expect(driver.engine.offset(of: EngineTests.file) == 2_011)
      driver.commit()
      try driver.restart()
    }
  }

  @Test func statusShowsTheNearestToTheirLimits() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 1_000, overrides: ["k7": 10])])
    driver.fold((0..<200).map { TestCall(Int64($0), key: "k\($0)") })
    let standing = try #require(driver.engine.status(top: 3).rules.first)
    #expect(
      standing.subjects == 199 && standing.top.map(\.subject) == [.key("k7"), .key("k199"), .key("k198")])
    #expect(standing.top.first?.level == .step(50) && standing.top.last?.level == nil)
    #expect(standing.top.first?.windowEnd == .nextMidnight)
    #expect(driver.engine.status(top: .max).rules.first?.top.count == 199)
    #expect(driver.engine.status(top: -1).rules.first?.top.isEmpty == true)
    #expect(driver.engine.status().names[.key] == 200)
  }
}
