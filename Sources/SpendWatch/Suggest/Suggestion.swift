import SpendEngine

/// Caps from a history, by the guide's rules.
package struct Suggestion: Sendable {
  package let history: History
  package let options: SuggestOptions
  package let task: TaskCap?
  package let keys: KeyCaps?
  package let global: DayCap?
  package let ceiling: CallCeiling?

  /// Most calls say no time: then days cannot be told.
  package let hasDays: Bool

  package init(_ history: History, _ options: SuggestOptions) {
    self.history = history
    self.options = options
    hasDays = history.books.untimed * 2 <= history.books.folded
    task = TaskCap(history, options)
    let keys = hasDays ? KeyCaps(history, options) : nil
    self.keys = keys
    // A cap on everything below that of one key would be the only one that counts.
    global =
      hasDays
      ? DayCap(history.days.map { .init(day: $0) }, options, atLeast: keys?.largest ?? .zero) : nil
    ceiling = CallCeiling(history)
  }

  /// There is a rule to write.
  package var hasRules: Bool { task != nil || keys != nil || global != nil || ceiling != nil }

  /// What was made from too little, said of the rule: `from 2 days only: look again after a week`.
  package var doubts: [(rule: String, text: String)] {
    func days(_ cap: DayCap) -> String {
      let count = cap.wholeDays
      return count == 0
        ? "from a day that is not over: look again after a week"
        : "from \(Counted.text(count, "day")) only: look again after a week"
    }
    var doubts: [(rule: String, text: String)] = []
    if let task, !task.isEnough {
      doubts.append(
        ("task-budget", "from \(Counted.text(task.real.count, "task")) only: look again after twenty"))
    }
    if let keys, let others = keys.others, !keys.isEnough { doubts.append(("key-daily-cap", days(others))) }
    if let global, !global.isEnough { doubts.append(("global-daily-cap", days(global))) }
    if let ceiling, !ceiling.isEnough {
      doubts.append(
        (
          "output-ceiling",
          "from \(Counted.text(Int(ceiling.calls), "call")) only: look again after a thousand"
        ))
    }
    return doubts
  }

  package func doubt(_ rule: String) -> String? { doubts.first { $0.rule == rule }?.text }
}

/// `1 day`, `1,204 days`
enum Counted {
  static func text(_ count: Int, _ what: String) -> String {
    "\(Int64(count).grouped) \(what)\(count == 1 ? "" : "s")"
  }
}
