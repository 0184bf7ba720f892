/// At which of a model's rates a call was served. Raw values are stored in the journal: never reuse one.
package enum ServiceTier: UInt8, CaseIterable, Sendable, Hashable {
  /// Also `default`, `auto`, and whatever no price list has a rate for.
  case standard = 0
  case flex = 1
  case priority = 2
  case batch = 3

  /// As people write it.
  package var name: String {
    switch self {
    case .standard: "standard"
    case .flex: "flex"
    case .priority: "priority"
    case .batch: "batch"
    }
  }
}
