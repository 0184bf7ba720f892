/// What a rule says about itself in alerts.
package struct RuleNotes: Sendable, Hashable {
  /// nil = by the level: critical at the limit, warning below it.
  package var severity: Severity?
  /// Further labels beside rule and subject, by name: templates.
  package var labels: [String: String] = [:]
  /// Further texts by name: templates.
  package var annotations: [String: String] = [:]
  package init() {}

  package enum Severity: String, CaseIterable, Sendable, Hashable {
    case info, warning, critical
  }

  /// Labels that every alert of a rule has, so that the rule may not give them another value.
  package static func ownLabels(_ per: Per) -> [String] {
    ["alertname", "rule", "severity", "level", "mode"] + per.dimensions.map(\.name)
  }
  /// Annotations that every alert has. A rule's own `summary` and `description` stand in their place.
  package static let ownAnnotations = [
    "decision", "window", "value", "limit", "past_limit", "usual", "resets_at", "halted", "halted_until",
    "price_guessed_for", "command",
  ]
}

extension RuleNotes {
  package static let settings: [Setting] = [
    Setting(
      "severity", .choice(Severity.allCases.map(\.rawValue)),
      help: "default critical at the limit, warning below it", example: "critical"),
    Setting(
      "labels", .templates, help: "further labels of its alerts; {{key}} and others may stand in them",
      example: "{team: platform}"),
    Setting(
      "annotations", .templates,
      help: "further texts of its alerts, with {{value}}, {{limit}}, {{key}}, {{labels.x}}, ... in them",
      example: "{runbook: \"https://ops.example/{{key | urlencode}}\"}"),
  ]

  init(values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    self.init()
    severity = values.text("severity").flatMap(Severity.init(rawValue:))
    labels = values.texts("labels") ?? [:]
    annotations = values.texts("annotations") ?? [:]
    for name in labels.keys.sorted() {
      RuleNotes.check(name, in: "labels", taken: RuleNotes.ownLabels(per), &problems)
      // A label in a label could need itself.
      for asked in Template(labels[name] ?? "").labels {
        problems.append(
          SettingProblem(
            "labels.\(name)", "a label cannot hold another label, such as '\(asked.name)'",
            hint: "only annotations know {{labels.x}}", quote: asked.quote))
      }
    }
    for name in annotations.keys.sorted() {
      RuleNotes.check(name, in: "annotations", taken: RuleNotes.ownAnnotations, &problems)
      for asked in Template(annotations[name] ?? "").labels where labels[asked.name] == nil {
        problems.append(unknown(asked, in: name))
      }
    }
  }

  private func unknown(_ asked: Template.LabelUse, in annotation: String) -> SettingProblem {
    var hint = "known: \(labels.keys.sorted().joined(separator: ", "))"
    if Template.Variable(rawValue: asked.name) != nil {
      hint = "write '{{\(asked.name)}}'"
    } else if labels.isEmpty {
      hint = "add 'labels: {\(asked.name): ...}' to the rule"
    }
    return SettingProblem(
      "annotations.\(annotation)", "the rule has no label '\(asked.name)'", hint: hint, quote: asked.quote)
  }

  /// As Prometheus names labels and annotations: `[a-zA-Z_][a-zA-Z0-9_]*`.
  private static func check(
    _ name: String, in setting: String, taken: [String], _ problems: inout [SettingProblem]
  ) {
    let what = setting == "labels" ? "label" : "annotation"
    let a = setting == "labels" ? "a" : "an"
    let isName =
      !name.isEmpty && name.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }
      && !(name.first?.isNumber ?? true)
    if !isName {
      var safe = String(
        String.UnicodeScalarView(
          name.unicodeScalars.map { scalar in
            scalar.isASCII && UInt8(truncatingIfNeeded: scalar.value).isAlphanumeric ? scalar : "_"
          }))
      if safe.first?.isNumber ?? true { safe = "_" + safe }
      problems.append(
        SettingProblem(
          "\(setting).\(name).name", "'\(name)' is no name for \(a) \(what)",
          hint: "letters, digits and _, such as '\(safe.prefix(60))'"))
    } else if taken.contains(name) {
      problems.append(
        SettingProblem(
          "\(setting).\(name).name", "every alert of the rule has its own \(what) '\(name)'",
          hint: "choose another name, such as 'my_\(name)'"))
    }
  }
}
