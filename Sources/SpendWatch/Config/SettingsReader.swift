import SpendEngine

/// Turns a section into `SettingValues` by a table of `Setting`s, and collects what is wrong. It knows no kind of rule, receiver or
/// switch: those are tables.
struct SettingsReader {
  let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceText) { self.source = source }

  /// The settings of one section, and where they stand.
  struct Section {
    var values = SettingValues([:])
    /// Places of values: `limit`, `alert_at[1]`, `overrides.ci-bot`.
    fileprivate(set) var places: [String: Place] = [:]
    var place: Place
    /// Something of a later version is in it, so what else is missing may well belong to that.
    fileprivate(set) var isLater = false
    /// Every name in it was known, so what is missing is missing, and not misspelt.
    fileprivate(set) var isKnown = true
  }

  /// Further mistakes are not kept: whoever has so many reads the first ones first.
  static let maxDiagnostics = 200

  mutating func error(at place: Place, _ message: String, hint: String = "") {
    guard diagnostics.count < Self.maxDiagnostics else { return }
    diagnostics.append(source.diagnostic(at: place, message, hint: hint))
  }
  mutating func warning(at place: Place, _ message: String, hint: String = "") {
    guard diagnostics.count < Self.maxDiagnostics / 2 else { return }
    diagnostics.append(source.diagnostic(at: place, message, hint: hint, severity: .warning))
  }
  mutating func append(_ others: [Diagnostic]) { diagnostics += others }

  /// - Parameters:
  ///   - owner: what the section is, for messages: `rule 'key-daily-cap'`.
  ///   - sections: names beside the settings that somebody else reads.
  mutating func read(
    _ entries: [ConfigNode.Entry], at place: Place, settings: [Setting], owner: String,
    sections: [String] = []
  ) -> Section {
    var section = Section(place: place)
    for entry in entries where !sections.contains(entry.key) {
      guard let setting = settings.first(where: { $0.name == entry.key }) else {
        section.isKnown = false
        unknown(entry, among: settings.filter(\.isOffered).map(\.name) + sections, owner: owner)
        continue
      }
      guard !setting.isLater else {
        section.isLater = true
        let supported = settings.filter(\.isOffered).map(\.name) + sections
        error(
          at: entry.keyPlace, "'\(entry.key)' is not supported in this version",
          hint: "supported: \(supported.joined(separator: ", "))")
        continue
      }
      if let refusal = setting.refusal {
        error(at: entry.keyPlace, "\(owner) cannot have '\(setting.name)'", hint: refusal)
        continue
      }
      section.places[setting.name] = entry.value.place
      section.values.written.insert(setting.name)
      guard !entry.value.isNull else {
        error(at: entry.keyPlace, "'\(setting.name)' has no value", hint: suggestion(setting))
        continue
      }
      let before = diagnostics.count
      if let value = value(of: entry.value, setting: setting, section: &section) {
        section.values.values[setting.name] = value
      } else if diagnostics.count == before {
        error(at: entry.value.place, "'\(setting.name)' cannot be read", hint: suggestion(setting))
      }
    }
    for setting in settings where setting.required && section.places[setting.name] == nil && !section.isLater
    {
      error(at: place, "\(owner) has no '\(setting.name)'", hint: suggestion(setting))
    }
    return section
  }

  /// Renders what a maker found wrong with a combination. A problem that points at no setting says that one is missing.
  mutating func report(_ problems: [SettingProblem], in section: Section) {
    for problem in problems where !problem.setting.isEmpty || section.isKnown {
      let parent = problem.setting.prefix { $0 != "." && $0 != "[" }
      let value = section.places[problem.setting] ?? section.places[String(parent)] ?? section.place
      let place = source.place(of: problem.quote, in: value)
      if problem.isWarning {
        warning(at: place, problem.message, hint: problem.hint)
      } else {
        error(at: place, problem.message, hint: problem.hint)
      }
    }
  }

  /// The entries of a list section, each a section itself.
  /// - Parameter example: an entry, for the hint.
  mutating func list(
    _ entry: ConfigNode.Entry?, example: String
  ) -> [(place: Place, entries: [ConfigNode.Entry])] {
    guard let entry else { return [] }
    let hint = "write a list: '- \(example)'"
    guard case .list(let nodes) = entry.value.content else {
      if !entry.value.isNull {
        error(
          at: entry.value.place, "\(entry.value.noun) where '\(entry.key)' takes a list", hint: hint)
      }
      return []
    }
    return nodes.compactMap { node in
      guard case .map(let entries) = node.content, !entries.isEmpty else {
        error(
          at: node.place, "\(node.noun) where an entry of '\(entry.key)' belongs",
          hint: "write '- \(example)'")
        return nil
      }
      return (node.place, entries)
    }
  }

  /// - Parameter owner: empty at the top of the file.
  mutating func unknown(_ entry: ConfigNode.Entry, among known: [String], owner: String) {
    let what = owner.isEmpty ? "unknown section '\(entry.key)'" : "unknown setting '\(entry.key)' in \(owner)"
    error(at: entry.keyPlace, what, hint: didYouMean(entry.key, known))
  }

  /// "did you mean 'x'?", or all that there is.
  func didYouMean(_ text: String, _ known: [String]) -> String {
    if let near = Nearest.name(to: text, among: known) { return "did you mean '\(near)'?" }
    return "known: \(known.joined(separator: ", "))"
  }

  private func suggestion(_ setting: Setting) -> String { "such as '\(setting.name): \(setting.example)'" }
}

extension SettingsReader {
  /// Where a part of a setting stands, for problems that name it.
  fileprivate mutating func note(_ part: String, _ place: Place, in section: inout Section) {
    section.places[part] = place
  }

  private mutating func value(
    of node: ConfigNode, setting: Setting, section: inout Section
  ) -> SettingValue? {
    switch setting.kind {
    case .percentages: return percentages(node, setting, &section)
    case .amounts: return amounts(node, setting, &section)
    case .texts, .templates: return texts(node, among: nil, setting, &section)
    case .section(let settings): return self.section(node, setting, settings, &section)
    case .mapping(let known): return texts(node, among: known, setting, &section)
    default: break
    }
    guard case .scalar(let text, _) = node.content else {
      error(
        at: node.place, "\(node.noun) where '\(setting.name)' takes a single value", hint: suggestion(setting)
      )
      return nil
    }
    let written = WrittenValue(text: text)
    switch written.value(for: setting) {
    case .success(let value): return value
    case .failure(let refusal):
      if refusal.isLater {
        section.isLater = true
        error(at: node.place, refusal.message, hint: refusal.hint)
      } else {
        error(
          at: node.place, refusal.message, hint: refusal.hint.isEmpty ? suggestion(setting) : refusal.hint)
      }
      return nil
    }
  }

  /// - Parameter known: the names that may be written; nil = any. With one that is wrong there is no value.
  private mutating func texts(
    _ node: ConfigNode, among known: [String]?, _ setting: Setting, _ section: inout Section
  ) -> SettingValue? {
    guard case .map(let entries) = node.content else {
      error(
        at: node.place, "\(node.noun) where '\(setting.name)' takes names and texts",
        hint: suggestion(setting)
      )
      return nil
    }
    let text = Setting("text", .text, help: "", example: "")
    var texts: [String: String] = [:]
    if case .templates = setting.kind, entries.count > Self.maxTemplates {
      error(at: node.place, "more than \(Self.maxTemplates) \(setting.name)", hint: "leave some out")
    }
    for entry in entries {
      note("\(setting.name).\(entry.key)", entry.value.place, in: &section)
      note("\(setting.name).\(entry.key).name", entry.keyPlace, in: &section)
      if let known, !known.contains(entry.key) {
        error(
          at: entry.keyPlace, "unknown name '\(entry.key)' in '\(setting.name)'",
          hint: didYouMean(entry.key, known))
        continue
      }
      guard case .scalar(let written, _) = entry.value.content, !entry.value.isNull else {
        error(
          at: entry.value.place, "\(entry.value.noun) where the text of '\(entry.key)' belongs",
          hint: suggestion(setting))
        continue
      }
      if case .templates = setting.kind {
        texts[entry.key] = written
        check(written, of: entry)
        continue
      }
      switch WrittenValue(text: written).value(for: text) {
      case .success: texts[entry.key] = written
      case .failure(let refusal):
        error(
          at: entry.value.place, refusal.message.replacing("'text'", with: "'\(entry.key)'"),
          hint: refusal.hint)
      }
    }
    return known == nil || texts.count == entries.count ? .texts(texts) : nil
  }

  /// Labels, or annotations, of a rule.
  static let maxTemplates = 32

  private mutating func check(_ text: String, of entry: ConfigNode.Entry) {
    if let refusal = TemplateText.refusal(of: text, named: entry.key) {
      error(at: entry.value.place, refusal.message, hint: refusal.hint)
    }
    for mistake in Template(text).mistakes {
      error(
        at: source.place(of: mistake.quote, in: entry.value.place), TemplateText.message(mistake),
        hint: TemplateText.hint(mistake))
    }
  }

  /// A section in a section: its own settings, and its places under its name.
  private mutating func section(
    _ node: ConfigNode, _ setting: Setting, _ settings: [Setting], _ section: inout Section
  ) -> SettingValue? {
    guard case .map(let entries) = node.content else {
      error(
        at: node.place, "\(node.noun) where '\(setting.name)' takes settings of its own",
        hint: suggestion(setting))
      return nil
    }
    let inner = read(entries, at: node.place, settings: settings, owner: "'\(setting.name)'")
    for (name, place) in inner.places { note("\(setting.name).\(name)", place, in: &section) }
    section.isLater = section.isLater || inner.isLater
    section.isKnown = section.isKnown && inner.isKnown
    return .section(inner.values)
  }

  private mutating func percentages(
    _ node: ConfigNode, _ setting: Setting, _ section: inout Section
  ) -> SettingValue? {
    let items: [ConfigNode]
    switch node.content {
    case .list(let nodes): items = nodes
    case .scalar: items = [node]
    case .map:
      error(at: node.place, "a section where '\(setting.name)' takes a list", hint: suggestion(setting))
      return nil
    }
    var percents: [Int64] = []
    for (index, item) in items.enumerated() {
      note("\(setting.name)[\(index)]", item.place, in: &section)
      var refusal: (String, String)?
      if case .scalar(let text, _) = item.content {
        switch WrittenValue.percent(text) {
        case .success(let percent):
          if let last = percents.last, percent <= last {
            refusal = (
              percent == last ? "\(percent)% is written twice" : "\(percent)% comes after \(last)%",
              "list the steps from low to high"
            )
          }
          percents.append(percent)
        case .failure(let why): refusal = (why.message, why.hint)
        }
      } else {
        refusal = ("\(item.noun) where a percentage belongs", suggestion(setting))
      }
      if let (message, hint) = refusal {
        error(at: item.place, message, hint: hint)
      }
    }
    return .numbers(percents)
  }

  private mutating func amounts(
    _ node: ConfigNode, _ setting: Setting, _ section: inout Section
  ) -> SettingValue? {
    guard case .map(let entries) = node.content else {
      error(
        at: node.place, "\(node.noun) where '\(setting.name)' takes names and numbers",
        hint: suggestion(setting))
      return nil
    }
    var amounts: [String: Int128] = [:]
    for entry in entries {
      note("\(setting.name).\(entry.key)", entry.value.place, in: &section)
      var refusal: (String, String)?
      if case .scalar(let text, _) = entry.value.content, !entry.value.isNull {
        switch WrittenValue.amount(text) {
        case .success(let amount): amounts[entry.key] = amount
        case .failure(let why): refusal = (why.message, why.hint)
        }
      } else {
        refusal = ("\(entry.value.noun) where the number of '\(entry.key)' belongs", suggestion(setting))
      }
      if let (message, hint) = refusal {
        error(at: entry.value.place, message, hint: hint)
      }
    }
    // What could be read goes on to its maker, which may know more that is wrong with it.
    return .amounts(amounts)
  }
}
