import SpendEngine

/// Reads a file of rule tests: what it says, and whether it can come true at all.
struct RuleTestReader {
  var reader: SettingsReader
  /// Of the rules file.
  private(set) var ofRules: [Diagnostic] = []
  /// nil where the rules file cannot be read: names of rules are not checked then.
  private(set) var rules: [Rule]?
  /// Calls of all tests.
  var calls: Int64 = 0

  static let settings: [Setting] = [
    Setting("rules", .path, help: "relative to this file; default rules.yaml", example: "rules.yaml"),
    start,
  ]
  private static let start = Setting(
    "start", .text, help: "where tests begin; default 2026-01-05T00:00:00Z", example: "2026-03-10T08:00:00Z")
  private static let test: [Setting] = [
    Setting("name", .text, required: true, help: "unique in the file", example: "a loop is halted"),
    start,
    Setting(
      "other_halts", .choice(["fail", "allow"]), help: "of halts that no expectation mentions; default fail",
      example: "allow"),
  ]

  init(_ reader: SettingsReader) { self.reader = reader }

  /// - Parameter root: nil for an empty file.
  mutating func read(_ root: ConfigNode?) -> (configuration: Configuration?, tests: [RuleTest]) {
    let path = reader.source.path
    guard let root, !root.isNull else {
      reader.append([
        Diagnostic(file: path, message: "the file is empty", hint: "begin with 'rules: rules.yaml'")
      ])
      return (nil, [])
    }
    guard case .map(let entries) = root.content else {
      reader.error(
        at: root.place, "\(root.noun) where sections belong", hint: "begin with 'rules: rules.yaml'")
      return (nil, [])
    }
    // `x-` names hold anchors and notes.
    let known = entries.filter { !$0.key.hasPrefix("x-") }
    let top = Place(line: 1, column: 1)
    let section = reader.read(known, at: top, settings: Self.settings, owner: "", sections: ["tests"])
    let configuration =
      section.values.has("rules") && section.values.text("rules") == nil ? nil : load(section)
    rules = configuration?.rules.rules
    let start = self.start(section) ?? TestTime.standardStart
    let tests = known.first { $0.key == "tests" }
    var result: [RuleTest] = []
    var lines: [String: Int] = [:]
    let items = reader.list(tests, example: "name: a loop is halted")
    if items.isEmpty, tests.map({ $0.value.isNull || !$0.value.isScalar }) ?? section.isKnown {
      reader.error(
        at: tests?.keyPlace ?? top, "no tests", hint: "add 'tests:' with '- name: a loop is halted'")
    }
    for (number, item) in items.enumerated() {
      let test = self.test(item.entries, at: item.place, number: number + 1, start: start, seen: &lines)
      if let test { result.append(test) }
    }
    return (configuration, result)
  }

  private mutating func load(_ section: SettingsReader.Section) -> Configuration? {
    let written = section.values.text("rules") ?? "rules.yaml"
    let own = reader.source.path
    let directory = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
    var path = directory + written
    if written.hasPrefix("/") || written.hasPrefix("~") {
      switch ConfigEnvironment(forRulesAt: own).resolve(written) {
      case .failure(let refusal):
        reader.report([SettingProblem("rules", refusal.message, hint: refusal.hint)], in: section)
        return nil
      case .success(let resolved): path = resolved
      }
    }
    let (configuration, diagnostics) = RulesFile.load(path, secrets: .unneeded)
    // What is wrong with the file as a whole is said where it is named.
    if let whole = diagnostics.first(where: { $0.severity == .error && $0.line == 0 }) {
      reader.report([SettingProblem("rules", "\(path): \(whole.message)", hint: whole.hint)], in: section)
    } else {
      ofRules = diagnostics
    }
    return configuration
  }

  private mutating func start(_ section: SettingsReader.Section) -> EngineTime? {
    section.values.text("start").flatMap { value(TestTime.start($0), of: "start", in: section) }
  }

  /// A value, or its mistake said.
  mutating func value<Value>(
    _ read: Result<Value, WrittenValue.Refusal>, of setting: String, in section: SettingsReader.Section
  ) -> Value? {
    switch read {
    case .success(let value): return value
    case .failure(let refusal):
      reader.report([SettingProblem(setting, refusal.message, hint: refusal.hint)], in: section)
      return nil
    }
  }

  // MARK: One test

  private mutating func test(
    _ entries: [ConfigNode.Entry], at place: Place, number: Int, start: EngineTime, seen: inout [String: Int]
  ) -> RuleTest? {
    let section = reader.read(
      entries, at: place, settings: Self.test, owner: "test \(number)", sections: ["events", "expect"])
    let start = self.start(section) ?? start
    let name = section.values.text("name") ?? ""
    if let line = seen.updateValue(place.line, forKey: name), !name.isEmpty {
      reader.report(
        [SettingProblem("name", "a second test named '\(name)'", hint: "the first is on line \(line)")],
        in: section)
    }
    var test = RuleTest(name: name, line: place.line, start: start)
    test.allowsOtherHalts = section.values.text("other_halts") == "allow"
    let before = reader.diagnostics.count
    let events = entries.first { $0.key == "events" }
    for (number, item) in reader.list(events, example: "{at: 5m, key: a, cost_usd: 1.00}").enumerated() {
      if let series = series(item.entries, at: item.place, number: number + 1, start: start) {
        test.events.append(series)
      }
    }
    if test.events.isEmpty, before == reader.diagnostics.count, section.isKnown {
      reader.error(
        at: events?.keyPlace ?? place, "no events: nothing can happen",
        hint: "add 'events:' with '- {at: 5m, key: a, cost_usd: 1.00}'")
    }
    // Names are looked for in the events only where all of those could be read.
    let called = before == reader.diagnostics.count ? test.events : nil
    let expect = entries.first { $0.key == "expect" }
    for (number, item) in reader.list(expect, example: "{at: 1h, halted: [key a]}").enumerated() {
      let expectation = expectation(
        item.entries, at: item.place, number: number + 1, start: start, events: called)
      if let expectation { test.expectations.append(expectation) }
    }
    if test.allowsOtherHalts, test.expectations.isEmpty, before == reader.diagnostics.count {
      reader.report(
        [
          SettingProblem(
            "other_halts", "nothing is checked", hint: "add 'expect:', or leave 'other_halts' out")
        ],
        in: section)
    }
    // The order of one instant is kept.
    test.expectations = test.expectations.enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    return test
  }
}

extension ConfigNode {
  fileprivate var isScalar: Bool { if case .scalar = content { true } else { false } }
}
