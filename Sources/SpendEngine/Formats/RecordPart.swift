/// What a record may say of a call beside its time, tokens and cost, and some rules need.
package enum RecordPart: Hashable, Sendable {
  case name(Dimension)
  /// Failed attempts.
  case errors
  /// The request's own ceiling.
  case maxTokens

  package static let all = Set(Dimension.allCases.map(RecordPart.name) + [.errors, .maxTokens])
}
