import SpendEngine

/// A subject as a test names it: by its dimensions, each with an id or, of a key, its alias. A part of a subject where not all are named.
struct SubjectName: Sendable, Hashable {
  var names: [Dimension: String]

  static let global = SubjectName(names: [:])

  /// Whether `subject` is called so. Nothing named is everybody.
  func matches(_ subject: Subject) -> Bool {
    names.allSatisfy { dimension, name in
      guard let index = subject.per.dimensions.firstIndex(of: dimension), index < subject.names.count else {
        return false
      }
      return subject.names[index] == name || dimension == .key && subject.alias == name
    }
  }

  /// Whether it names all that `subject` consists of.
  func isWhole(_ subject: Subject) -> Bool { names.count == subject.names.count && matches(subject) }

  /// `key ci-bot, task t1`; `global` where nothing is named.
  var text: String {
    if names.isEmpty { return "global" }
    return Dimension.allCases.compactMap { dimension in names[dimension].map { "\(dimension.name) \($0)" } }
      .joined(separator: ", ")
  }

  /// Reads `key ci-bot`, `task t1` or `global`: whom a halt can stop.
  /// - Returns: nil for anything else.
  init?(halted text: String) {
    if text == "global" {
      self = .global
      return
    }
    for dimension in [Dimension.key, .task] where text.hasPrefix(dimension.name + " ") {
      let name = text.dropFirst(dimension.name.count + 1).drop { $0 == " " }
      guard !name.isEmpty else { return nil }
      self.init(names: [dimension: String(name)])
      return
    }
    return nil
  }

  init(names: [Dimension: String]) { self.names = names }
}

extension Subject {
  /// `key ci-bot`: as a list of the halted names it.
  var haltedText: String {
    per == .global ? "global" : zip(per.dimensions, names).map { "\($0.name) \($1)" }.joined(separator: ", ")
  }
}
