package import SpendEngine

/// What one message is about: an alert with the halt that goes with it, a resolve, a resume, or several of one rule.
/// Receivers make their JSON from this.
package struct Announcement: Sendable, Hashable {
  /// One alert in it.
  package struct Item: Sendable, Hashable {
    package var decision: Decision
    /// The halt that goes with an alert, or `decision` itself.
    package var halt: Decision?
    /// A resolve with which the halt was lifted.
    package var isLifted = false

    /// It asks for nothing any more. A halt that a person lifts is over too: whoever was paged for it may rest, and a later breach pages
    /// again.
    var isOver: Bool { decision.kind == .resolve || decision.kind == .resume }

    init(decision: Decision, halt: Decision? = nil, isLifted: Bool = false) {
      self.decision = decision
      self.halt = halt
      self.isLifted = isLifted
    }

    /// A decision by itself. An alert of a catch-up comes after its halt, and names whom it halted.
    init(_ decision: Decision) {
      self.decision = decision
      let isHalt =
        decision.kind == .halt
        || decision.kind == .alert && decision.level == .firing && decision.target != nil
      halt = isHalt ? decision : nil
    }
  }
  /// At least one; of one rule and one kind.
  package var items: [Item]
  /// For all of them.
  package var text: AlertText
  /// The rules' time zone (IANA).
  package var timeZone: String
  /// Of the items' rule; nil where it is gone.
  let notes: RuleNotes?
  /// Further labels of a webhook's alerts, which tell those of one name apart.
  var labels: [String: String] = [:]
  /// Stands behind every command in it: ` --state DIR` where the daemon's state is not where commands look by themselves.
  private(set) var commandEnding = ""

  /// Ends the commands of the whole and of each item with `ending`.
  mutating func endCommands(with ending: String) {
    commandEnding = ending
    text.command = text.command.map { $0 + ending }
  }

  init(_ items: [Item], timeZone: String, notes: RuleNotes? = nil) {
    self.items = items
    self.timeZone = timeZone
    self.notes = notes
    if items.count == 1 {
      text = AlertText(
        items[0].decision, halt: items[0].halt, isLifted: items[0].isLifted, timeZone: timeZone)
      if items[0].decision.isDigest { text.title += " (while catching up)" }
    } else {
      let halted = items.filter { $0.halt != nil && $0.halt?.isHeld == false }.map(\.decision.subject)
      text = AlertText(digest: items.map(\.decision), halted: Set(halted), timeZone: timeZone)
    }
  }

  var first: Decision { items[0].decision }
  package var isResolved: Bool { items.allSatisfy(\.isOver) }

  func noteText(_ item: Item) -> NoteText { NoteText(item: item, notes: notes, timeZone: timeZone) }
  /// The highest of its items'.
  var severity: RuleNotes.Severity {
    let all = Set(items.map { noteText($0).severity })
    return [.critical, .warning].first { all.contains($0) } ?? .info
  }

  /// What its rule's annotations say of every item alike.
  var sharedAnnotations: [NoteText.Annotation] {
    let all = items.map { noteText($0).annotations }
    return (all.first ?? []).filter { note in all.allSatisfy { $0.contains(note) } }
  }

  /// Rule and, for a single one, subject.
  var group: String { items.count == 1 ? "\(first.rule)|\(SubjectText.noun(first.subject))" : first.rule }

  /// Equal for equal decisions, so not of `at` where the window and the level say it all. A halt and a resume can come again in the same
  /// window, so theirs is.
  var id: String {
    Notification.id(
      items.flatMap { item in
        let decision = item.decision
        let once = decision.kind == .resolve || (decision.kind == .alert && item.halt == nil)
        return [
          decision.rule, decision.subject.per.name, String(decision.alertID, radix: 16), decision.window.name,
          decision.level.name, decision.kind.rawValue, once ? "" : String(decision.at.milliseconds),
        ] + decision.subject.names
      })
  }

  /// The messages that `decisions` make, in their order. `shadow` makes none; a halt goes with the alert it belongs to, which comes with the
  /// digest where it was decided in a catch-up; a resume goes with the resolve; a digest, and more than three of one rule and kind at one
  /// instant, are one message.
  /// A halt that only lasts longer is no news, nor is the end of one that a catch-up decided and nobody heard of.
  static func all(of decisions: [Decision], timeZone: String, notes: [String: RuleNotes] = [:])
    -> [Announcement]
  {
    grouped(paired(decisions.filter { $0.mode != .shadow && !$0.isExtension })).map { items in
      Announcement(items, timeZone: timeZone, notes: items.first.flatMap { notes[$0.decision.rule] })
    }
  }

  private static func paired(_ decisions: [Decision]) -> [Item] {
    var items: [Item] = []
    // The last item of an alert that may still take its other half.
    var open: [UInt64: Int] = [:]
    let untold: Set<Decision.Kind> = [.halt, .resume]
    for decision in decisions where !(decision.isDigest && untold.contains(decision.kind)) {
      let partner = open[decision.alertID].map { items[$0] }
      switch (decision.kind, partner?.decision.kind) {
      case (.halt, .alert?) where partner?.decision.at == decision.at && partner?.decision.level == .firing:
        if let index = open[decision.alertID] { items[index].halt = decision }
      case (.alert, .halt?) where decision.level == .firing && partner?.decision.at == decision.at:
        if let index = open[decision.alertID], let halt = partner?.decision {
          items[index] = Item(decision: decision, halt: halt)
        }
      case (.resolve, .resume?):
        if let index = open[decision.alertID] { items[index] = Item(decision: decision, isLifted: true) }
      case (.resume, .resolve?):
        if let index = open[decision.alertID] { items[index].isLifted = true }
      default:
        open[decision.alertID] = items.count
        items.append(Item(decision))
      }
    }
    return items
  }

  /// More than this many of one rule and kind at one instant are one message.
  private static let most = 3

  private struct Class: Hashable {
    var rule: String
    var kind: Decision.Kind
    /// nil for a catch-up, which is one whenever it was decided.
    var at: EngineTime?
  }

  private static func grouped(_ items: [Item]) -> [[Item]] {
    func classOf(_ item: Item) -> Class {
      // A halt alone is an alert to its reader.
      let kind = item.decision.kind == .halt ? .alert : item.decision.kind
      return Class(rule: item.decision.rule, kind: kind, at: item.decision.isDigest ? nil : item.decision.at)
    }
    let classes = Dictionary(grouping: items, by: classOf)
    var told: Set<Class> = []
    var groups: [[Item]] = []
    for item in items {
      let itsClass = classOf(item)
      let members = classes[itsClass] ?? [item]
      if itsClass.at == nil || members.count > most {
        if told.insert(itsClass).inserted { groups.append(members) }
      } else {
        groups.append([item])
      }
    }
    return groups
  }
}
