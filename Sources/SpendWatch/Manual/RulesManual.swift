internal import SpendEngine

/// The page of the rules file, from the tables by which it is read.
package enum RulesManual {
  /// - Parameter date: of the page, as in `2026-11-25`.
  package static func page(date: String) -> ManualPage {
    let about = "the rules file of spendfuse: what to read, what is too much, and what happens then"
    return ManualPage("spendfuse-rules", 5, about: about, date: date) { text in
      text.section("Description")
      text.prose(
        """
        A YAML file. It is looked for as ./rules.yaml, else as /etc/spendfuse/rules.yaml, unless --rules names another. Every mistake
        in it is shown at once, with its place, and a running daemon keeps its rules where a new file has one:

          spendfuse check rules.yaml
          spendfuse test rules_test.yaml

        Sections whose names begin with x- hold anchors and notes. The sections and settings of this version:
        """)
      for part in parts {
        text.section(part.title)
        if !part.about.isEmpty { text.prose(part.about) }
        settings(part.settings, &text)
      }
      text.section("See also")
      text.line("Xr", "spendfuse", "1", ",")
      text.line("Xr", "spendfuse-check", "1", ",")
      text.line("Xr", "spendfuse-test", "1")
    }
  }

  struct Part {
    var title: String
    var about: String
    var settings: [Setting]
  }

  /// Every table, in the order in which a file has them.
  static var parts: [Part] {
    let common = Part(
      title: "rules", about: "A list. Of every rule:", settings: Rule.settings + RuleNotes.settings)
    let kinds = RuleKind.Name.allCases.map { kind in
      Part(title: "rules: \(kind.rawValue)", about: about(kind), settings: kind.settings)
    }
    let receivers = Receiver.Kind.Name.allCases.map { kind in
      Part(
        title: "receivers: \(kind.rawValue)",
        about:
          "A list of entries with a name and a section, here '\(kind.rawValue)': alerts go to all of them.",
        settings: kind.settings)
    }
    let switches = Switch.Name.allCases.map { kind in
      Part(
        title: "kill_switch: \(kind.rawValue)",
        about: "A list of sections, here '\(kind.rawValue)': where callers see that they are halted.",
        settings: kind.settings)
    }
    let allReceivers = Part(
      title: "receivers", about: "A list. Of every receiver, beside its section:", settings: Receiver.settings
    )
    return [
      Part(title: "top of the file", about: "", settings: RulesSections.settings),
      Part(title: "sources", about: "A list of what to read.", settings: Source.settings), common,
    ] + kinds + [
      Part(title: "brake", about: "Holds a flood of halts back.", settings: BrakeSettings.settings)
    ] + [allReceivers] + receivers + switches + [
      Part(title: "prices", about: "", settings: RulesSections.prices),
      Part(
        title: "prices: overrides",
        about: "A map from a model's name to its prices, which win over both lists.",
        settings: PriceOverride.settings),
    ]
  }

  private static func about(_ kind: RuleKind.Name) -> String {
    switch kind {
    case .threshold: "A rule with a window: a sum over it, and a limit."
    case .ceiling: "A rule with 'per: request': each call for itself."
    case .spike: "A rule with a section 'spike': what is far over a subject's own past."
    }
  }

  private static func settings(_ settings: [Setting], _ text: inout ManualText) {
    text.list(
      settings.filter(\.isOffered).map { setting in
        let value = ManualText.argument(setting.kind.valueText)
        return (
          head: "Ic \(ManualText.argument(setting.name + ":")) Ar \(value)",
          body: { text in
            text.prose((setting.required ? "(required) " : "") + setting.help)
            text.prose("\n  \(setting.name): \(setting.example)")
            if case .section(let inner) = setting.kind { RulesManual.settings(inner, &text) }
          }
        )
      })
  }
}

extension Setting.Kind {
  /// What may be written, in a word or as the words themselves.
  var valueText: String {
    switch self {
    case .text: "text"
    case .choice(let words): words.joined(separator: " | ")
    case .number, .amount: "number"
    case .count(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .percentages: "list of percentages"
    case .percent: "percentage"
    case .duration: "duration"
    case .wordOrDuration(let words): words.joined(separator: " | ") + " | duration"
    case .window: "window"
    case .per: "names joined by +"
    case .amounts: "map from names to numbers"
    case .texts, .templates: "map from names to texts"
    case .section: "section"
    case .mapping(let names): "map from any of " + names.joined(separator: ", ")
    case .flag: "true | false"
    case .path: "path"
    case .url(let schemes): schemes.map { $0 + "://..." }.joined(separator: " | ")
    }
  }
}
