/// One property of a call by which spend can be counted. Raw values are stored, also as bits of a `Per`: never reuse one.
package enum Dimension: UInt8, CaseIterable, Sendable, Hashable {
  case key = 0
  case task = 1
  case model = 2
  case user = 3
  case team = 4

  package var name: String {
    switch self {
    case .key: "key"
    case .task: "task"
    case .model: "model"
    case .user: "user"
    case .team: "team"
    }
  }
}

/// What a rule counts: everything (`global`, the empty set), one dimension, or a combination such as `key+model`.
package struct Per: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package init(_ dimension: Dimension) { rawValue = 1 << dimension.rawValue }

  /// A stored raw value; nil where it holds a dimension that this build does not know.
  init?(stored rawValue: UInt8) {
    self.init(rawValue: rawValue)
    let known = Dimension.allCases.reduce(into: Per.global) { $0.insert(Per($1)) }
    guard known.isSuperset(of: self) else { return nil }
  }

  package static let global: Per = []
  package static let key = Per(.key)
  package static let task = Per(.task)
  package static let model = Per(.model)
  package static let user = Per(.user)
  package static let team = Per(.team)

  /// Its dimensions in the order of `Dimension`.
  package var dimensions: [Dimension] { Dimension.allCases.filter { contains(Per($0)) } }

  /// `global`, `key`, `key+model`.
  package var name: String {
    isEmpty ? "global" : dimensions.map(\.name).joined(separator: "+")
  }

  /// Reads what `name` writes, dimensions in any order; nil for anything else.
  package init?(name: String) {
    if name == "global" {
      self = .global
      return
    }
    var per: Per = []
    for part in name.split(separator: "+", omittingEmptySubsequences: false) {
      guard let dimension = Dimension.allCases.first(where: { $0.name == part }),
        !per.contains(Per(dimension))
      else {
        return nil
      }
      per.insert(Per(dimension))
    }
    self = per
  }
}

/// A subject as people and switches see it: what is counted, and the names, in the order of `Per.dimensions`.
/// Inside the engine a subject is a number (`SeriesID`); this is made only when something is said about it.
package struct Subject: Hashable, Sendable {
  package var per: Per
  /// One name a dimension; none for `global`.
  package var names: [String]
  /// What else the subject is called (a key's alias); a label, never identity.
  package var alias: String?

  package init(_ per: Per, _ names: [String] = [], alias: String? = nil) {
    self.per = per
    self.names = names
    self.alias = alias
  }
  package static let global = Subject(.global)
  package static func key(_ name: String) -> Subject { Subject(.key, [name]) }
  package static func task(_ name: String) -> Subject { Subject(.task, [name]) }

  // The alias is a label: two subjects are the same when their names are.
  package static func == (a: Subject, b: Subject) -> Bool { a.per == b.per && a.names == b.names }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(per)
    hasher.combine(names)
  }

  /// The name of a missing key or task: counted and visible, but never halted.
  package static let none = "(none)"
  /// The name that all share for which there is no room: never halted either, since they are many.
  package static let other = "(other)"

  /// Whether a switch can show it, and there is somebody to stop.
  package var canBeHalted: Bool {
    per == .global
      || (per == .key || per == .task)
        && names.allSatisfy { !$0.isEmpty && $0 != Subject.none && $0 != Subject.other }
  }
}

extension Subject: Comparable {
  /// By what is counted, then by the names: an order that says nothing, and is always the same.
  package static func < (a: Subject, b: Subject) -> Bool {
    a.per == b.per ? a.names.lexicographicallyPrecedes(b.names) : a.per.rawValue < b.per.rawValue
  }
}
