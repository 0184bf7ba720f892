@testable import SpendEngine

extension EngineStatus {
  /// One rule, one subject, one halt.
  static func sample(
    rule: Rule, subject: Subject, value: Int64, limit: Int64, windowEnd: EngineTime, halt: Halt, books: Books,
    full: [Per] = []
  ) -> EngineStatus {
    let standing = Standing(
      subject: subject, value: value, limit: limit, level: .firing, windowStart: nil, windowEnd: windowEnd,
      note: "")
    return EngineStatus(
      time: EngineTime(milliseconds: 10), rules: [RuleStanding(rule: rule, subjects: 3, top: [standing])],
      halts: [halt],
      brakeHeld: 0, files: [], books: books, names: [.key: 2],
      subjects: .init(hot: 3, cold: 1_000, most: 1_000, mostNames: 10_000, full: full),
      isCatchingUp: false)
  }
}
