/// One setting of a rule, receiver or switch, as data: one generic reader turns YAML into values and renders every error, `check` and
/// the documentation list them. So a new kind is one folder and one case.
package struct Setting: Sendable {
  /// What may be written. Numbers come out as `SettingValue`s in the unit given here.
  package enum Kind: Sendable {
    case text
    /// One of these words.
    case choice([String])
    /// A decimal number >= 0, scaled by 1e9 (so USD come out as nano-dollars); at most 9.2 billion.
    case number
    /// A decimal number, scaled by 1e9, that may be too large for `number`: an `amount`. Its reader checks sign and range.
    case amount
    /// A whole number in this range.
    case count(ClosedRange<Int64>)
    /// A list of percentages in 1...99, ascending: `[50%, 80%]`; values in per cent.
    case percentages
    /// One percentage in 1...99; value in per cent.
    case percent
    /// `90s`, `5m`, `24h`, `30d`: milliseconds.
    case duration
    /// One of these words (`text`), or a duration (`number`).
    case wordOrDuration([String])
    /// `day`, `lifetime`, ... (`Window`)
    case window
    /// `global`, `key`, `key+model`, ... (`Per`)
    case per
    /// A map from a subject's name (or alias) to an `amount`.
    case amounts
    /// A map from names to texts.
    case texts
    /// A map from names to `Template`s, as `texts`; at most 32.
    case templates
    /// A section with settings of its own.
    case section([Setting])
    /// A map from some of these names to texts.
    case mapping([String])
    case flag
    /// A path; `~` is the home directory.
    case path
    /// An http or https URL, or redis/rediss where `schemes` says so. Treated as a secret.
    case url(schemes: [String])
  }
  package var name: String
  package var kind: Kind
  package var required: Bool
  /// Shown by the documentation: the unit and what happens when it is left out.
  package var help: String
  package var example: String
  /// Values that the design knows and this version does not: refused as such, not as typing errors.
  package var later: [String]
  /// Values that belong somewhere else, with where.
  package var elsewhere: [String: String]
  /// The setting as a whole is of a later version.
  package var isLater: Bool
  /// Why it cannot be written here, though others of its family have it.
  package var refusal: String?

  package init(
    _ name: String, _ kind: Kind, required: Bool = false, help: String, example: String, later: [String] = [],
    elsewhere: [String: String] = [:]
  ) {
    self.name = name
    self.kind = kind
    self.required = required
    self.help = help
    self.example = example
    self.later = later
    self.elsewhere = elsewhere
    isLater = false
  }

  /// A setting that the design knows and this version does not.
  package static func later(_ name: String) -> Setting {
    var setting = Setting(name, .text, help: "of a later version", example: "")
    setting.isLater = true
    return setting
  }

  /// A setting that has no meaning here: whoever writes it is told why.
  package static func refused(_ name: String, _ why: String) -> Setting {
    var setting = Setting(name, .text, help: why, example: "")
    setting.refusal = why
    return setting
  }

  /// Whether it may be written.
  package var isOffered: Bool { !isLater && refusal == nil }
}

/// A setting's value after its type and range were checked.
package indirect enum SettingValue: Sendable {
  case text(String)
  /// Scaled as the setting's kind says.
  case number(Int64)
  case numbers([Int64])
  /// A decimal number times 1e9.
  case amount(Int128)
  case amounts([String: Int128])
  case texts([String: String])
  case section(SettingValues)
  case flag(Bool)
  case window(Window)
  case per(Per)
}

/// The values of one rule, receiver or switch, by setting name.
package struct SettingValues: Sendable {
  package var values: [String: SettingValue]
  /// Names that were written, also those whose value was refused.
  package var written: Set<String>
  package init(_ values: [String: SettingValue]) {
    self.values = values
    written = Set(values.keys)
  }

  /// Whether the setting was written, with whatever value.
  package func has(_ name: String) -> Bool { written.contains(name) }

  package func text(_ name: String) -> String? {
    if case .text(let value) = values[name] { value } else { nil }
  }
  package func number(_ name: String) -> Int64? {
    if case .number(let value) = values[name] { value } else { nil }
  }
  package func numbers(_ name: String) -> [Int64]? {
    if case .numbers(let value) = values[name] { value } else { nil }
  }
  package func amount(_ name: String) -> Int128? {
    if case .amount(let value) = values[name] { value } else { nil }
  }
  package func amounts(_ name: String) -> [String: Int128]? {
    if case .amounts(let value) = values[name] { value } else { nil }
  }
  package func texts(_ name: String) -> [String: String]? {
    if case .texts(let value) = values[name] { value } else { nil }
  }
  package func section(_ name: String) -> SettingValues? {
    if case .section(let value) = values[name] { value } else { nil }
  }
  package func flag(_ name: String) -> Bool? {
    if case .flag(let value) = values[name] { value } else { nil }
  }
  package func window(_ name: String) -> Window? {
    if case .window(let value) = values[name] { value } else { nil }
  }
  package func per(_ name: String) -> Per? {
    if case .per(let value) = values[name] { value } else { nil }
  }
}

/// What is wrong with a combination of settings that are each fine alone.
package struct SettingProblem: Error, Sendable, Hashable {
  /// The setting to point at; an entry inside it is `alert_at[1]` or `overrides.ci-bot`, and its name `labels.x.name`.
  package var setting: String
  package var message: String
  /// What to write instead; empty where there is nothing to suggest.
  package var hint: String
  /// A warning is printed and does not refuse the file.
  package var isWarning: Bool
  /// The part of the value to point at; empty for all of it.
  package var quote: String

  package init(
    _ setting: String, _ message: String, hint: String = "", isWarning: Bool = false, quote: String = ""
  ) {
    self.setting = setting
    self.message = message
    self.hint = hint
    self.isWarning = isWarning
    self.quote = quote
  }
}
