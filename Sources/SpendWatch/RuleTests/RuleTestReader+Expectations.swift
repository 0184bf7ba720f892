import SpendEngine

extension RuleTestReader {
  private static let dimensions = Dimension.allCases.map {
    Setting($0.name, .text, help: "of the subject", example: "\($0.name): a")
  }
  private static let level = Setting("level", .text, help: "none, 50%, firing", example: "80%")
  private static let amounts = [
    Setting("value", .amount, help: "USD for spend, else a count", example: "20.00"),
    Setting("limit", .amount, help: "USD for spend, else a count", example: "25.00"),
  ]
  private static let at = Setting("at", .text, required: true, help: "when it must be so", example: "40m")
  private static let rule = Setting("rule", .text, help: "a rule of the rules file", example: "key-daily-cap")

  private static let expectationSettings =
    [
      at, rule, level, Setting("since", .text, help: "decisions after this instant", example: "30m"),
      Setting("halted", .flag, help: "true, false, or a list of all who are", example: "[key a]"),
    ] + amounts + dimensions
  private static let lists = ["halted", "held", "decisions"]

  private static let decisionSettings: [Setting] =
    [
      Setting(
        "decision", .choice(["alert", "halt", "resume", "resolve"]), required: true, help: "what was decided",
        example: "halt"),
      Setting("at", .text, help: "when", example: "40m"), rule, level,
      Setting("target", .text, help: "who is halted", example: "key a"),
      Setting("mode", .choice(Mode.allCases.map(\.name)), help: "the rule's", example: "shadow"),
      Setting("held", .flag, help: "whether the brake holds it", example: "true"),
    ] + amounts + dimensions

  /// One entry of `expect:`.
  /// - Parameter events: to look names up in; nil where not all could be read.
  mutating func expectation(
    _ entries: [ConfigNode.Entry], at place: Place, number: Int, start: EngineTime, events: [EventSeries]?
  ) -> Expectation? {
    let before = reader.diagnostics.count
    let lists = entries.filter { entry in
      guard Self.lists.contains(entry.key) else { return false }
      if entry.key == "halted", case .scalar(let text, _) = entry.value.content {
        return !["true", "false"].contains(text.lowercased())
      }
      return true
    }
    let owner = "expectation \(number)"
    let section = reader.read(
      entries, at: place, settings: Self.expectationSettings, owner: owner,
      sections: lists.map(\.key) + ["held", "decisions"])
    let values = section.values
    let at = values.text("at").flatMap { value(TestTime.instant($0, from: start), of: "at", in: section) }
    var expectation = Expectation(line: place.line, at: at ?? start)
    let rule = self.rule(section, mayBeBrake: lists.contains { $0.key == "decisions" })
    let subject = subject(section, of: rule, events)
    let asked = ["level", "value", "limit", "halted"].filter { name in
      values.has(name) && !lists.contains { $0.key == name }
    }
    for entry in lists where entry.key != "decisions" {
      if values.has("rule") || !subject.names.isEmpty {
        reader.error(
          at: entry.keyPlace, "'\(entry.key)' lists everybody, whatever the rule",
          hint: "leave rule and subject out")
      }
      let names = haltList(entry, events)
      expectation.claims.append(entry.key == "halted" ? .halted(names) : .held(names))
    }
    if let entry = lists.first(where: { $0.key == "decisions" }) {
      if !asked.isEmpty {
        reader.error(
          at: entry.keyPlace, "'decisions' and '\(asked[0])' in one expectation", hint: "write two of them")
      }
      var expected = ExpectedDecisions(list: [])
      expected.filter = DecisionFilter(rule: values.text("rule"), subject: subject)
      expected.list = decisions(entry, filter: expected.filter, start: start, events)
      if let text = values.text("since"),
        let since = value(TestTime.instant(text, from: start), of: "since", in: section)
      {
        expected.since = since
        if at.map({ since >= $0 }) ?? false {
          reader.report([SettingProblem("since", "'since' is not before 'at'")], in: section)
        }
      }
      expectation.claims.append(.decisions(expected))
    } else if values.has("since") {
      reader.report([SettingProblem("since", "'since' goes with 'decisions'")], in: section)
    }
    if !asked.isEmpty, !lists.contains(where: { $0.key == "decisions" }) {
      standing(section, rule, subject, asked: asked, into: &expectation)
    } else if lists.isEmpty, section.isKnown {
      reader.error(
        at: place, "\(owner) expects nothing",
        hint: "add 'level', 'value', 'limit', 'halted', 'held' or 'decisions'")
    }
    return reader.diagnostics.count == before ? expectation : nil
  }

  private mutating func standing(
    _ section: SettingsReader.Section, _ rule: Rule?, _ subject: SubjectName, asked: [String],
    into expectation: inout Expectation
  ) {
    let values = section.values
    guard values.has("rule") else {
      if asked != ["halted"] {
        let other = asked.first { $0 != "halted" } ?? ""
        reader.report(
          [
            SettingProblem(
              other, "'\(other)' is of a rule, and none is named",
              hint: "add 'rule: \(rules?.first?.name ?? "name")'")
          ],
          in: section)
      } else if let strange = subject.names.keys.first(where: { $0 != .key && $0 != .task }) {
        reader.report(
          [SettingProblem(strange.name, "only everything, a key or a task is halted")], in: section)
      } else if let flag = values.flag("halted") {
        expectation.claims.append(.isStopped(subject, flag))
      }
      return
    }
    guard let rule else { return }
    for dimension in rule.per.dimensions
    where subject.names[dimension] == nil && !values.has(dimension.name) {
      reader.report(
        [
          SettingProblem(
            "rule", "rule '\(rule.name)' counts per \(rule.per.name), and no \(dimension.name) is given",
            hint: "add '\(dimension.name)'")
        ], in: section)
    }
    var standing = ExpectedStanding(rule: rule.name, subject: subject)
    standing.level = values.text("level").flatMap {
      value(Self.level($0, mayBeNone: true), of: "level", in: section)
    }
    standing.value = amount("value", rule.metric, in: section)
    standing.limit = amount("limit", rule.metric, in: section)
    standing.isHalted = values.flag("halted")
    expectation.claims.append(.standing(standing))
  }

  // MARK: Lists

  private mutating func haltList(_ entry: ConfigNode.Entry, _ events: [EventSeries]?) -> [SubjectName] {
    let hint = "such as '\(entry.key): [key a, task t1]', 'global' for everything, [] for nobody"
    guard case .list(let nodes) = entry.value.content else {
      reader.error(at: entry.value.place, "\(entry.value.noun) where '\(entry.key)' takes a list", hint: hint)
      return []
    }
    var names: [SubjectName] = []
    for node in nodes {
      guard case .scalar(let text, _) = node.content, let name = SubjectName(halted: text) else {
        reader.error(at: node.place, "this is nobody who could be halted", hint: hint)
        continue
      }
      for (dimension, called) in name.names { look(called, dimension, events, at: node.place) }
      if names.contains(name) { reader.error(at: node.place, "'\(text)' is written twice") }
      names.append(name)
    }
    return names
  }

  private mutating func decisions(
    _ entry: ConfigNode.Entry, filter: DecisionFilter, start: EngineTime, _ events: [EventSeries]?
  ) -> [ExpectedDecision] {
    var list: [ExpectedDecision] = []
    let items = reader.list(entry, example: "{decision: halt, rule: key-daily-cap, key: a}")
    if entry.value.isNull {
      reader.error(at: entry.keyPlace, "'decisions' has no value", hint: "write [] for none")
    }
    for (number, item) in items.enumerated() {
      let section = reader.read(
        item.entries, at: item.place, settings: Self.decisionSettings, owner: "decision \(number + 1)")
      let values = section.values
      guard let kind = values.text("decision").flatMap(Decision.Kind.init(rawValue:)) else { continue }
      if filter.rule == nil, !values.has("rule") {
        reader.report(
          [SettingProblem("", "decision \(number + 1) has no 'rule'", hint: "say whose decision it is")],
          in: section)
      }
      let rule = self.rule(section, mayBeBrake: true) ?? rules?.first { $0.name == filter.rule }
      var expected = ExpectedDecision(kind: kind, rule: values.text("rule"))
      expected.subject = subject(section, of: rule, events)
      expected.at = values.text("at").flatMap {
        value(TestTime.instant($0, from: start), of: "at", in: section)
      }
      expected.level = values.text("level").flatMap {
        value(Self.level($0, mayBeNone: false), of: "level", in: section)
      }
      expected.value = amount("value", rule?.metric ?? .requests, in: section)
      expected.limit = amount("limit", rule?.metric ?? .requests, in: section)
      expected.target = values.text("target").flatMap { text in
        value(
          SubjectName(halted: text).map(Result.success)
            ?? .failure(.init(message: "'\(text)' is nobody who could be halted", hint: "such as 'key a'")),
          of: "target", in: section)
      }
      expected.mode = values.text("mode").flatMap { name in Mode.allCases.first { $0.name == name } }
      expected.isHeld = values.flag("held")
      list.append(expected)
    }
    return list
  }

  // MARK: Values

  /// The rule that is named, which must be there.
  private mutating func rule(_ section: SettingsReader.Section, mayBeBrake: Bool) -> Rule? {
    guard let name = section.values.text("rule"), let rules else { return nil }
    if let rule = rules.first(where: { $0.name == name }) { return rule }
    if !(mayBeBrake && name == Decision.brake) {
      reader.report(
        [
          SettingProblem(
            "rule", "there is no rule '\(name)'", hint: reader.didYouMean(name, rules.map(\.name)))
        ], in: section)
    }
    return nil
  }

  /// Who is named. The rule, where there is one, must count by it, and some call must be of that name.
  private mutating func subject(_ section: SettingsReader.Section, of rule: Rule?, _ events: [EventSeries]?)
    -> SubjectName
  {
    var subject = SubjectName.global
    for dimension in Dimension.allCases {
      guard let name = section.values.text(dimension.name) else { continue }
      subject.names[dimension] = name
      if let rule, !rule.per.contains(Per(dimension)) {
        reader.report(
          [
            SettingProblem(
              dimension.name, "rule '\(rule.name)' counts per \(rule.per.name), not by \(dimension.name)")
          ], in: section)
      } else {
        look(name, dimension, events, at: section.places[dimension.name] ?? section.place)
      }
    }
    return subject
  }

  /// A name that no call has is a slip: nothing could ever happen to it.
  private mutating func look(
    _ name: String, _ dimension: Dimension, _ events: [EventSeries]?, at place: Place
  ) {
    guard let events, !events.contains(where: { $0.has(dimension, name) }) else { return }
    var known: [String] = []
    for text in events.compactMap({ $0.text(dimension.name) }) where !known.contains(text) {
      known.append(text)
    }
    reader.error(
      at: place, "no call of this test has the \(dimension.name) '\(name)'",
      hint: known.isEmpty ? "none has a \(dimension.name)" : reader.didYouMean(name, Array(known.prefix(10))))
  }

  private mutating func amount(_ setting: String, _ metric: Metric, in section: SettingsReader.Section)
    -> Int64?
  {
    guard let amount = section.values.amount(setting) else { return nil }
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: DecimalText.unit)
    var problem: String?
    // Of a call that sets no ceiling the value is -1.
    if amount < 0, metric != .maxTokens { problem = "'\(setting)' must not be negative" }
    if !metric.isDecimal, rest != 0 { problem = "'\(metric.rawValue)' is counted in whole numbers" }
    let result = Int64(exactly: metric.isDecimal ? amount : whole)
    if result == nil { problem = "too large" }
    if let problem { reader.report([SettingProblem(setting, problem)], in: section) }
    return result
  }

  /// A level by its name. `pending` is what a rule with `for` is before it fires.
  private static func level(_ text: String, mayBeNone: Bool) -> Result<String, WrittenValue.Refusal> {
    let words = (mayBeNone ? ["none"] : []) + ["pending", "firing"]
    if words.contains(text) { return .success(text) }
    if text.first?.isNumber ?? false {
      switch WrittenValue.percent(text) {
      case .success(let percent): return .success("\(percent)%")
      case .failure(let refusal):
        return .failure(
          .init(
            message: refusal.message,
            hint: text.hasPrefix("100") ? "the limit itself is 'firing'" : refusal.hint))
      }
    }
    let near = Nearest.name(to: text, among: words)
    return .failure(
      .init(
        message: "'\(text)' is no level",
        hint: near.map { "did you mean '\($0)'?" }
          ?? "a step such as 80%, or one of \(words.joined(separator: ", "))"))
  }
}
