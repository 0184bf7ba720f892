/// How one logger writes a record. Closed: the compiler names every place that must know a new one.
package enum Format: UInt8, CaseIterable, Sendable, Hashable {
  /// Whichever of the others a record is.
  case auto
  /// Our own, written by SDK wrappers.
  case spendfuse
  case litellm
  case claudeCode
  case codex
  case openai
  case anthropic

  /// As written in rules.yaml.
  package var name: String {
    switch self {
    case .auto: "auto"
    case .spendfuse: "spendfuse"
    case .litellm: "litellm"
    case .claudeCode: "claude-code"
    case .codex: "codex"
    case .openai: "openai"
    case .anthropic: "anthropic"
    }
  }

  package init?(name: String) {
    guard let format = Format.allCases.first(where: { $0.name == name }) else { return nil }
    self = format
  }

  /// How often one call may be in the logs. For `auto` each record's own format decides (`UsageRecord.identity`): `.copies` says that
  /// there may be such.
  package var duplicates: Duplicates {
    guard self != .auto else { return .copies }
    return logFormat.duplicates
  }

  /// Whether its files are documents that are written anew with every change.
  package var isWhole: Bool { self == .auto ? false : logFormat.isWhole }

  /// The order in which `auto` asks (FORMATS 7): the surest marks first.
  static let detectionOrder: [Format] = [
    .codex, .claudeCode, .litellm, .openai, .anthropic, .spendfuse,
  ]
}
