package import SpendEngine

/// Why there is nothing to explain: a sentence, with the nearest that there is.
package struct ExplainFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

extension ExplainAnswer {
  /// The explanation, or why there is none.
  package func get(_ request: ExplainRequest) throws(ExplainFailure) -> Explanation {
    switch self {
    case .found(let found): return found
    case .noRule(let known):
      throw ExplainFailure(
        "there is no rule '\(request.rule)': \(Nearest.hint(to: request.rule, among: known))")
    case .notSubject(let per) where request.subject.isEmpty:
      throw ExplainFailure(
        "rule \(request.rule) counts per \(per.name): say of whom with --subject \(ExplainAnswer.form(per))")
    case .notSubject(let per):
      throw ExplainFailure(
        "'\(request.subject)' is no subject of rule \(request.rule), which counts per \(per.name): write \(ExplainAnswer.form(per))"
      )
    case .noSubject(let per, let near):
      if let dimension = Dimension(labelling: request.subject), !per.contains(Per(dimension)) {
        throw ExplainFailure("rule \(request.rule) counts per \(per.name), not per \(dimension.name)")
      }
      throw ExplainFailure(
        "rule \(request.rule) has seen no \(per.name) '\(request.subject)': \(ExplainAnswer.hint(near, asked: request.subject))"
      )
    }
  }

  private static func form(_ per: Per) -> String {
    per == .global
      ? "'global'" : "'\(per.dimensions.map { "\($0.name.uppercased())" }.joined(separator: "+"))'"
  }

  private static func hint(_ near: NearSubjects, asked: String) -> String {
    let names = near.alike.flatMap { [$0.names.joined(separator: "+")] + [$0.alias].compactMap { $0 } }
    if let name = Nearest.meant(by: asked, among: names) { return "did you mean '\(name)'?" }
    if !near.alike.isEmpty { return "it knows \(Nearest.list(near.alike.map(\.text), most: 5))" }
    if near.top.isEmpty {
      return
        "it has seen nobody in its window yet; 'spendfuse status' says what is read, 'spendfuse report --by key,task LOG' who is in a log"
    }
    return
      "it has seen \(Int64(near.count).grouped) in its window, such as \(Nearest.list(near.top.map(\.text), most: 5))"
  }
}
