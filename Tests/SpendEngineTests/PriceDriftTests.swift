import Support
import Testing

@testable import SpendEngine

/// Logged costs against the table.
@Suite struct PriceDriftTests {
  /// `m` and `n` cost 1 cent a thousand tokens of output; `free` nothing.
  private static let prices = PriceTable(
    origin: "test",
    rows: [("m", 10), ("n", 10), ("free", 0)].map { name, usd in
      let rate = Int64(usd) * 1_000_000_000
      return PriceRow(
        name: name,
        rates: .init(
          input: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate, output: rate, reasoning: rate)
      )
    })

  private static func rule(
    _ window: Window = .sliding(.hour), over: Int64 = 10, calls: Int64 = 4, per: Per = .model
  ) -> Rule {
    let kind = PriceDriftRule(window: window, over: over, leastCalls: calls, leastSpend: 50_000_000)
    return Rule(
      name: "drift", per: per, kind: .priceDrift(kind), mode: .warn, halt: nil, until: .clear)
  }

  private static func driver(_ rules: [Rule] = [rule()]) throws -> EngineDriver {
    try EngineDriver(rules, prices: prices)
  }

  /// A call that the table prices at 10 cents, logged at `cents`.
  private static func call(_ cents: Int64?, _ model: String = "m") -> TestCall {
    TestCall(cents).with {
      $0.model = model
      $0.tokens.output = 10_000
    }
  }

  private static func value(_ driver: borrowing EngineDriver, _ model: String = "m") -> Int64 {
    driver.value("drift", Subject(.model, [model]))
  }

  @Test(
    arguments: [
      (
        12, "alert drift model m firing",
        "logs say $0.48, the table says $0.40 (+20 %) over 4 calls of model m"
      ),
      (
        8, "alert drift model m firing",
        "logs say $0.32, the table says $0.40 (-20 %) over 4 calls of model m"
      ),
      (
        11, "alert drift model m firing",
        "logs say $0.44, the table says $0.40 (+10 %) over 4 calls of model m"
      ),
      (10, nil, ""),
    ] as [(Int64, String?, String)])
  func eitherWay(cents: Int64, line: String?, note: String) throws {
    var driver = try Self.driver()
    driver.fold(Array(repeating: Self.call(cents), count: 3))
    #expect(driver.takeDecisions().isEmpty, "three are too few")
    driver.fold(Self.call(cents))
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.line) == [line].compactMap { $0 })
    if let decision = decisions.first {
      #expect(decision.note.hasPrefix(note + " since "), "\(decision.note)")
      #expect(decision.metric == .priceDrift && decision.limit == 100_000_000)
    }
  }

  /// One model that is too dear does not hide one that is too cheap.
  @Test func modelByModel() throws {
    var driver = try Self.driver()
    driver.fold(Array(repeating: Self.call(15), count: 4) + Array(repeating: Self.call(5, "n"), count: 4))
    #expect(driver.said() == ["alert drift model m firing", "alert drift model n firing"])
    #expect(Self.value(driver) == 500_000_000 && Self.value(driver, "n") == 500_000_000)
  }

  @Test func whatCannotBeCompared() throws {
    var driver = try Self.driver()
    for _ in 0..<10 {
      driver.fold(
        // No price is known; no cost was logged; nothing was paid; no tokens.
        Self.call(90, "unknown"), Self.call(nil), Self.call(0), TestCall(90).with { $0.model = "m" })
    }
    #expect(driver.said().isEmpty && Self.value(driver) == 0)
    // Below the floor of money.
    driver.fold(
      (0..<10).map { _ in
        TestCall(nil).with {
          $0.model = "n"
          $0.tokens.output = 100
          $0.cost = NanoUSD(rawValue: 2_000_000)
        }
      })
    #expect(driver.said().isEmpty && Self.value(driver, "n") == 0)
    // The table gives away what is paid for.
    driver.fold(Array(repeating: Self.call(10, "free"), count: 4))
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.line) == ["alert drift model free firing"])
    #expect(
      decisions.first?.note.hasPrefix("logs say $0.40, the table says $0.00 (free there) over 4 calls")
        == true)
  }

  /// Over at half of what begins it: by better calls, or by time.
  @Test func ends() throws {
    var driver = try Self.driver()
    driver.fold(Array(repeating: Self.call(12), count: 4))
    #expect(driver.said() == ["alert drift model m firing"])
    // 8 of 160, 9 % and 6.7 %: still an alert.
    driver.fold(Array(repeating: Self.call(10), count: 8))
    #expect(driver.said().isEmpty && Self.value(driver) == 66_666_666)
    driver.fold(Array(repeating: Self.call(10), count: 5))
    #expect(driver.said() == ["resolve drift model m"])
    driver.fold(Array(repeating: Self.call(14), count: 20))
    #expect(driver.said() == ["alert drift model m firing"])
    driver.advance(by: 2 * .hour)
    #expect(driver.said() == ["resolve drift model m"] && Self.value(driver) == 0)
  }

  /// What grew was compared as it was first seen: the rest is in neither sum.
  @Test func duplicates() throws {
    var driver = try Self.driver()
    for number in 0..<4 {
      driver.fold(Self.call(10).with { $0.id = "c\(number)" })
      driver.fold(
        Self.call(50).with {
          $0.id = "c\(number)"
          $0.tokens.output = 20_000
        })
    }
    #expect(driver.said().isEmpty && Self.value(driver) == 0)
    let subject = Subject(.model, ["m"])
    guard case .found(let found) = driver.engine.explain(rule: "drift", subject: "m") else {
      Issue.record("not found")
      return
    }
    #expect(found.subject == subject)
    #expect(
      found.baseline.first?.hasPrefix(
        "logs say $0.40, the table says $0.40 (+0 %) over 4 calls of model m since ")
        == true, "\(found.baseline)")
  }

  // MARK: Restarts

  /// Killed after every commit, with pages written or not, it comes to the same.
  @Test(arguments: [(1_000_000, 8 << 20), (1, 0)], [Window.sliding(.hour), .calendar(.day), .lifetime])
  func restarts(sweep: (batches: Int, bytes: Int), window: Window) throws {
    var whole = try Self.driver([Self.rule(window)])
    var killed = try Self.driver([Self.rule(window)])
    killed.engine.sweepAfterBatches = Int64(sweep.batches)
    killed.engine.sweepAfterBytes = sweep.bytes
    var said: (whole: [String], killed: [String]) = ([], [])
    for cents in [10, 12, 14, 9, 30, 10, 10, 1, 1, 1] as [Int64] {
      let calls = [Self.call(cents), Self.call(10, "n")]
      whole.fold(calls)
      killed.fold(calls)
      said.whole += whole.takeDecisions().map { "\($0.line) \($0.value) \($0.note)" }
      killed.commit()
      said.killed += killed.takeDecisions().map { "\($0.line) \($0.value) \($0.note)" }
      try killed.restart()
      killed.advance(to: .noon)
      #expect(Self.value(whole) == Self.value(killed))
    }
    #expect(said.whole == said.killed && !said.whole.isEmpty)
  }

  /// A rule that is new counts from there on.
  @Test func aNewRule() throws {
    var driver = try Self.driver([.threshold("cap", limit: 1_000_000)])
    driver.fold(Array(repeating: Self.call(20), count: 10))
    driver.reload([.threshold("cap", limit: 1_000_000), Self.rule()])
    #expect(Self.value(driver) == 0)
    driver.fold(Array(repeating: Self.call(20), count: 4))
    #expect(driver.said() == ["alert drift model m firing"])
    driver.reload([.threshold("cap", limit: 1_000_000)])
    #expect(driver.said() == ["resolve drift model m"])
  }

  /// Where no rule compares, nothing is worked out, and the journal holds no more.
  @Test func nothingWithoutARule() throws {
    var plain = try Self.driver([.threshold("cap", per: .model, limit: 1_000_000)])
    var compared = try Self.driver([Self.rule()])
    for _ in 0..<10 {
      plain.fold(Self.call(10))
      compared.fold(Self.call(10))
    }
    #expect(plain.engine.unsealedBytes < compared.engine.unsealedBytes)
  }

  // MARK: Numbers

  @Test(
    arguments: [
      (0, 0, 0, 0), (3, 200, 100, 0), (4, 99, 1, 0), (4, 200, 100, 1_000_000_000), (4, 100, 200, 500_000_000),
      (4, 100, 0, 10_000_000_000), (4, .max, 1, 10_000_000_000), (4, .max, .max, 0),
      (4, .min, 100, 10_000_000_000),
    ] as [(Int64, Int64, Int64, Int64)])
  func deviates(calls: Int64, logged: Int64, listed: Int64, share: Int64) {
    #expect(
      PriceDrift(calls: calls, logged: logged, listed: listed).deviation(leastCalls: 4, leastSpend: 100)
        == share)
  }

  @Test(
    arguments: [
      ("per: model", nil), ("per: key", "per"), ("per: key+model", nil),
    ] as [(String, String?)])
  func settings(_ per: String, _ wrong: String?) {
    var problems: [SettingProblem] = []
    let values = SettingValues(["price_drift": .section(SettingValues([:]))])
    let made = PriceDriftRule(
      ruleValues: values, per: per == "per: key" ? .key : per == "per: model" ? .model : [.key, .model],
      problems: &problems)
    #expect(problems.map(\.setting) == [wrong].compactMap { $0 } && (made == nil) == (wrong != nil))
    if let made { #expect(made == PriceDriftRule()) }
  }
}
