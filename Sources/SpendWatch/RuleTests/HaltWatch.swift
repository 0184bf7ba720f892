import SpendEngine

/// Keeps which halts of a test some expectation has spoken of: one that none did is a surprise.
struct HaltWatch {
  private struct Entry {
    /// Among all decisions.
    var index: Int
    var decision: Decision
    var stands = true
    var isSpokenOf = false
  }
  private var entries: [Entry] = []

  mutating func note(_ decision: Decision, _ index: Int) {
    switch decision.kind {
    case .alert, .resolve: return
    case .halt, .resume: break
    }
    // The halt that stands goes on.
    if decision.isExtension { return }
    // A lifted halt is over, and so is the wait of one that the brake lets go.
    for number in entries.indices
    where entries[number].stands && entries[number].decision.rule == decision.rule
      && entries[number].decision.target == decision.target
    {
      entries[number].stands = false
    }
    if decision.kind == .halt { entries.append(Entry(index: index, decision: decision)) }
  }

  /// Halts that stand now.
  mutating func speak(ofStanding isMeant: (Decision) -> Bool) {
    for number in entries.indices where entries[number].stands && isMeant(entries[number].decision) {
      entries[number].isSpokenOf = true
    }
  }

  /// Whatever became of them.
  mutating func speak(ofDecisions indices: Set<Int>) {
    for number in entries.indices where indices.contains(entries[number].index) {
      entries[number].isSpokenOf = true
    }
  }

  var surprises: [Decision] { entries.filter { !$0.isSpokenOf }.map(\.decision) }
}
