import SpendEngine

/// The sections at the top of a rules file, and what they say together.
struct RulesSections {
  var reader: SettingsReader
  let context: MakerContext
  /// Every rule that could be made, and every source: what is advised points at their places.
  private(set) var writtenRules: [Placed] = []
  private(set) var writtenSources: [SettingsReader.Section] = []

  init(reader: SettingsReader, environment: ConfigEnvironment) {
    self.reader = reader
    context = MakerContext(environment: environment)
  }

  /// Settings that stand at the top by themselves.
  static let settings: [Setting] = [
    Setting("timezone", .text, help: "IANA name for calendar windows; default UTC", example: "UTC"),
    Setting(
      "mode", .choice(Mode.allCases.map(\.name)), help: "caps the mode of every rule; default enforce",
      example: "warn"),
    Setting(
      "week_start", .choice(CalendarSettings.Weekday.allCases.map(\.rawValue)),
      help: "on which day a week begins; default monday", example: "sunday"),
    Setting(
      "reset_hour", .count(0...23), help: "at which hour days, weeks and months begin; default 0",
      example: "6"),
    Setting(
      "max_subjects", .count(1_000...10_000_000),
      help:
        "subjects whose sums are kept ready in memory, over all rules; those idle the longest are packed above it, and beyond ten "
        + "times as many names new ones share (other); default 1000000",
      example: "100000"),
    .later("server"), .later("counters"),
  ]
  static let sections = ["sources", "prices", "rules", "brake", "receivers", "kill_switch"]

  /// - Parameter root: nil for an empty file.
  mutating func read(_ root: ConfigNode?, path: String) -> Configuration? {
    let start = Place(line: 1, column: 1)
    let isEmpty = root.map(\.isNull) ?? true
    guard !isEmpty, let root else {
      reader.append([
        Diagnostic(
          file: path, message: "the file is empty",
          hint: "start from your logs: spendfuse suggest > my-rules.yaml")
      ])
      return nil
    }
    guard case .map(let entries) = root.content else {
      reader.error(at: root.place, "\(root.noun) where sections belong", hint: "begin with 'sources:'")
      return nil
    }
    // `x-` names hold anchors and notes.
    let known = entries.filter { !$0.key.hasPrefix("x-") }
    let top = reader.read(known, at: start, settings: Self.settings, owner: "", sections: Self.sections)
    let calendar = calendar(top)
    let mode = top.values.text("mode").flatMap { name in Mode.allCases.first { $0.name == name } } ?? .enforce
    func section(_ name: String) -> ConfigNode.Entry? { known.first { $0.key == name } }

    let sources = self.sources(section("sources"))
    let prices = self.prices(section("prices"))
    var rules = self.rules(section("rules"), globalMode: mode)
    let brake = self.brake(section("brake"))
    let receivers = self.receivers(section("receivers"))
    let switches = self.switches(section("kill_switch"))
    if let first = rules.first(where: { $0.rule.mode == .enforce && $0.rule.halt != nil }),
      section("kill_switch") == nil
    {
      reader.warning(
        at: first.section.places["halt"] ?? first.section.place,
        "rule '\(first.rule.name)' halts, but there is no 'kill_switch' where anybody could see it",
        hint: "add 'kill_switch: [{directory: {path: /run/spendfuse/halts}}]'")
    }
    rules.removeAll { rule in !rule.isUnique }
    writtenRules = rules
    var set = RuleSet(
      rules: rules.map(\.rule), brake: brake, calendars: tables(for: rules.map(\.rule), calendar))
    if let most = top.values.number("max_subjects") { set.maxSubjects = Int(most) }
    var configuration = Configuration(
      path: path, timeZone: calendar.timeZone, mode: mode, sources: sources, prices: prices.table,
      priceFile: prices.file, rules: set,
      receivers: receivers, switches: switches)
    configuration.calendar = calendar
    configuration.rules.hours = CalendarBuilder.hours(calendar, around: context.environment.now)
    return configuration
  }

  private mutating func calendar(_ top: SettingsReader.Section) -> CalendarSettings {
    CalendarSettings(
      timeZone: timeZone(top),
      weekStart: top.values.text("week_start").flatMap(CalendarSettings.Weekday.init(rawValue:)) ?? .monday,
      resetHour: top.values.number("reset_hour").map(Int.init) ?? 0)
  }

  private mutating func timeZone(_ top: SettingsReader.Section) -> String {
    guard let zone = top.values.text("timezone") else { return "UTC" }
    if let refusal = CalendarBuilder.refusal(ofZone: zone) {
      reader.report([SettingProblem("timezone", refusal.message, hint: refusal.hint)], in: top)
      return "UTC"
    }
    return zone
  }

  private func tables(for rules: [Rule], _ calendar: CalendarSettings) -> [CalendarPeriod: CalendarTable] {
    var calendars: [CalendarPeriod: CalendarTable] = [:]
    for period in rules.flatMap(\.calendars) where calendars[period] == nil {
      calendars[period] = CalendarBuilder.table(period, calendar, around: context.environment.now)
    }
    return calendars
  }

  // MARK: Lists

  private mutating func sources(_ entry: ConfigNode.Entry?) -> [Source] {
    let example = "path: /var/log/llm/*.jsonl"
    let entries = reader.list(entry, example: example)
    if entry == nil || (entry.map { $0.value.isEmpty } ?? false) {
      let hint = "add 'sources:' with '- \(example)'"
      reader.error(
        at: entry?.keyPlace ?? Place(line: 1, column: 1), "no sources: there is nothing to watch", hint: hint)
    }
    var sources: [Source] = []
    for (index, item) in entries.enumerated() {
      let section = reader.read(
        item.entries, at: item.place, settings: Source.settings, owner: "source \(index + 1)")
      var problems: [SettingProblem] = []
      let source = Source(values: section.values, context: context, problems: &problems)
      if let source {
        if let first = sources.firstIndex(where: { $0.pattern == source.pattern }) {
          problems.append(
            SettingProblem("path", "this path is listed twice", hint: "it is also source \(first + 1)"))
        }
        sources.append(source)
        writtenSources.append(section)
      }
      reader.report(problems, in: section)
    }
    return sources
  }

  /// A rule with its place; of two with one name the second is not unique.
  struct Placed {
    var rule: Rule
    var section: SettingsReader.Section
    var isUnique: Bool
  }

  private mutating func rules(_ entry: ConfigNode.Entry?, globalMode: Mode) -> [Placed] {
    if entry.map({ $0.value.isEmpty }) ?? true {
      reader.warning(
        at: entry?.keyPlace ?? Place(line: 1, column: 1), "no rules: spend is counted, and nothing can fire",
        hint: "add 'rules:' with '- name: daily-cap'")
    }
    var rules: [Placed] = []
    var lines: [String: Int] = [:]
    for (index, item) in reader.list(entry, example: "name: key-daily-cap").enumerated() {
      let owner = name(of: item.entries).map { "rule '\($0)'" } ?? "rule \(index + 1)"
      let written = texts(of: item.entries)
      let settings = Rule.settings(writing: written)
      let section = reader.read(item.entries, at: item.place, settings: settings, owner: owner)
      let (rule, found) = Rule.make(
        values: section.values, kind: RuleKind.Name(written: written), globalMode: globalMode)
      var problems = found
      if let name = section.values.text("name") {
        if let line = lines[name] {
          problems.append(
            SettingProblem("name", "a second rule named '\(name)'", hint: "the first is on line \(line)"))
        } else {
          lines[name] = section.places["name"]?.line ?? item.place.line
        }
        if let rule {
          let isUnique = !rules.contains { $0.rule.name == name }
          rules.append(Placed(rule: rule, section: section, isUnique: isUnique))
        }
      }
      reader.report(problems, in: section)
    }
    return rules
  }

  /// What the settings say, as far as they are single values: a section or a list is an empty text.
  private func texts(of entries: [ConfigNode.Entry]) -> [String: String] {
    var texts: [String: String] = [:]
    for entry in entries {
      if case .scalar(let text, _) = entry.value.content {
        texts[entry.key] = text
      } else {
        texts[entry.key] = ""
      }
    }
    return texts
  }

  func name(of entries: [ConfigNode.Entry]) -> String? {
    guard case .scalar(let text, _)? = entries.first(where: { $0.key == "name" })?.value.content,
      !text.isEmpty
    else {
      return nil
    }
    return text
  }

  // MARK: Single sections

  private mutating func brake(_ entry: ConfigNode.Entry?) -> BrakeSettings {
    guard let entry, let entries = section(entry) else { return BrakeSettings() }
    let read = reader.read(entries, at: entry.keyPlace, settings: BrakeSettings.settings, owner: "brake")
    return BrakeSettings(values: read.values)
  }

  /// The entries of a section that is no list; nil where there is none.
  mutating func section(_ entry: ConfigNode.Entry?) -> [ConfigNode.Entry]? {
    guard let entry, !entry.value.isNull else { return nil }
    guard case .map(let entries) = entry.value.content else {
      reader.error(
        at: entry.value.place, "\(entry.value.noun) where '\(entry.key)' takes 'name: value' lines")
      return nil
    }
    return entries
  }
}

extension ConfigNode {
  /// Nothing, or a list or section without entries.
  fileprivate var isEmpty: Bool {
    switch content {
    case .list(let nodes): nodes.isEmpty
    case .map(let entries): entries.isEmpty
    case .scalar: isNull
    }
  }
}
