import SpendEngine

/// What a rule's notes come to for one alert: severity, labels and annotations, with their templates filled in.
struct NoteText {
  /// Its halt too, where one goes with it.
  let item: Announcement.Item
  /// nil where the rule is gone, or there never was one.
  let notes: RuleNotes?
  /// The rules' (IANA).
  let timeZone: String

  /// Characters of a label, and of an annotation.
  static let longest = 1_024

  private var decision: Decision { item.decision }

  /// A resume is no reason to get up, whatever its rule is.
  var severity: RuleNotes.Severity {
    if decision.kind == .resume { return .info }
    return notes?.severity ?? (decision.level == .firing ? .critical : .warning)
  }

  /// The rule's own labels; what names hold stands in them as it was logged.
  var labels: [String: String] {
    (notes?.labels ?? [:]).mapValues { Template($0).filled(limit: NoteText.longest, value) }
  }

  struct Annotation: Hashable {
    var name: String
    var text: String
    /// The operator wrote a URL up to the end of its host, so where it leads does not depend on what names hold.
    var isLink: Bool
  }

  /// In the order of their names; of what names hold, what is hidden is shown.
  var annotations: [Annotation] {
    (notes?.annotations ?? [:]).sorted { $0.key < $1.key }.map { name, text in
      let template = Template(text)
      let filled = template.filled(limit: NoteText.longest, escape: \.printable, value)
      let isURL =
        filled.utf8.count <= NoteText.longest
        && filled.unicodeScalars.allSatisfy { $0 != " " && !$0.isHidden }
      return Annotation(name: name, text: filled, isLink: isURL && NoteText.leadsToFixedHost(template))
    }
  }

  private static func leadsToFixedHost(_ template: Template) -> Bool {
    guard case .text(let text)? = template.pieces.first else { return false }
    for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
      let rest = text.dropFirst(scheme.count)
      let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      let isWhole = host.count < rest.count || template.pieces.count == 1
      return !host.isEmpty && isWhole && !host.contains("@")
    }
    return false
  }

  /// What a variable stands for; empty where the alert has no such thing.
  func value(_ name: Template.Name) -> String {
    switch name {
    case .label(let label):
      // Of a label inside a label `check` says that there is none.
      (notes?.labels[label]).map { text in
        Template(text).filled(limit: NoteText.longest) { inner in
          if case .label = inner { "" } else { value(inner) }
        }
      } ?? ""
    case .variable(let variable): value(variable)
    }
  }

  private func value(_ variable: Template.Variable) -> String {
    switch variable {
    case .value: return decision.limit > 0 ? decision.metric.text(decision.value) : ""
    case .limit: return decision.limit > 0 ? decision.metric.text(decision.limit) : ""
    case .percent:
      // A share of a share says nothing, nor one of what would be unusual.
      guard decision.metric != .errorRatio, decision.baseline == nil, decision.value >= 0 else { return "" }
      return decision.value.percent(of: decision.limit).map { String($0) } ?? ""
    case .subject: return SubjectText.noun(decision.subject)
    case .key: return name(.key) ?? decision.call?.key ?? ""
    case .task: return name(.task) ?? decision.call?.task ?? ""
    case .model: return name(.model) ?? decision.call?.model ?? ""
    case .user: return name(.user) ?? ""
    case .team: return name(.team) ?? ""
    case .alias: return decision.subject.alias ?? name(.key) ?? decision.call?.key ?? ""
    case .rule: return decision.rule
    case .window: return decision.window.name
    case .level: return decision.level.name
    case .mode: return decision.mode.name
    case .until:
      guard let halt = item.halt, !halt.isHeld else { return "" }
      return HaltEndText.instant(
        until: halt.haltUntil ?? decision.haltUntil, end: halt.haltEnd?.name, timeZone: timeZone)
    }
  }

  private func name(_ dimension: Dimension) -> String? {
    zip(decision.subject.per.dimensions, decision.subject.names).first { $0.0 == dimension }?.1
  }
}
