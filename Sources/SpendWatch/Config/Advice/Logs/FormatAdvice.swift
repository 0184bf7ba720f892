import SpendEngine

/// A source whose records are not of its format.
enum FormatAdvice {
  static func problems(_ look: SourceLook) -> [SettingProblem] {
    guard let fit = look.fit, fit.records > 0 else { return [] }
    let format = look.source.format
    let own = fit[format]
    let looked = fit.records == 1 ? "the only record" : "\(fit.records.grouped) records"
    if look.source.fields != nil {
      if look.calls > 0 { return [] }
      return [
        .advice(
          "fields", "none of \(looked) looked at has a count or a cost where this says",
          hint: "'spendfuse explain --line FILE:0' shows what is found in a record")
      ]
    }
    if format != .auto, let best = fit.best, best.format != format,
      best.calls > own.calls * 10
    {
      return [
        .advice(
          "format",
          "of \(looked) looked at, \(best.calls.grouped) \(best.calls == 1 ? "is a call" : "are calls") as \(best.format.name) writes them, \(own.calls.grouped) as \(format.name)",
          hint: "write 'format: \(best.format.name)', or 'format: auto'")
      ]
    }
    guard own.calls == 0, own.unknown == fit.records else { return [] }
    return [
      .advice(
        "format",
        format == .auto
          ? "none of \(looked) looked at is of a format that is known"
          : "none of \(looked) looked at is of the format \(format.name)",
        hint: "they are rejected and counted, and nothing is summed")
    ]
  }
}
