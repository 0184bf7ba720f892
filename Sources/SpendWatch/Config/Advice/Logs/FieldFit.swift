import SpendEngine

/// Whether the paths of `fields:` lead anywhere. A path with a slip is no mistake that a record could show: the call counts, for nobody in
/// particular, and no rule can stop it.
enum FieldFit {
  /// What every call of a log has, or none; counts and ceilings may be missing from any.
  private static let told: [FieldMapping.Target] = [.time, .key, .keyAlias, .task, .model, .user, .team]

  static func found(_ record: UsageRecord) -> [FieldMapping.Target] {
    told.filter { target in
      switch target {
      case .time: record.time != nil
      case .key: !record.key.isEmpty
      case .keyAlias: !record.keyAlias.isEmpty
      case .task: !record.task.isEmpty
      case .model: !record.model.isEmpty
      case .user: !record.user.isEmpty
      case .team: !record.team.isEmpty
      default: false
      }
    }
  }

  static func problems(_ look: SourceLook) -> [SettingProblem] {
    guard let fields = look.source.fields, look.calls > 0 else { return [] }
    let calls = look.calls == 1 ? "the only call" : "none of \(look.calls.grouped) calls"
    return told.filter { fields.has($0) && !look.found.contains($0) }.map { target in
      SettingProblem.advice(
        "fields.\(target.name)",
        look.calls == 1
          ? "\(calls) looked at has no \(target.name) at '\(fields.path(target))'"
          : "\(calls) looked at has a \(target.name) at '\(fields.path(target))'",
        hint: "'spendfuse explain --line FILE:0' shows what is found in a record")
    }
  }
}
