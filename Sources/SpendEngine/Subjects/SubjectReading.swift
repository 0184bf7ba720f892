extension Per {
  /// The subjects that a person may mean by `text`, the likeliest first: the names as they are (`ci-bot`; of a combination `a+m`, in the
  /// order of its dimensions), then with what they are names of (`key=ci-bot`, `key ci-bot`, `key a + model m`). Names may hold a `+`
  /// themselves, so there may be several; none where the text can be no such subject.
  package func subjects(written text: String) -> [Subject] {
    let dimensions = dimensions
    if dimensions.isEmpty { return text.isEmpty || text == "global" || text == "all" ? [.global] : [] }
    var found: [Subject] = []
    for parts in Per.cuts(text, into: dimensions.count) {
      for isLabelled in [false, true] {
        let names = zip(dimensions, parts).map { isLabelled ? $0.unlabelled($1) : String($1) }
        let subject = Subject(self, names)
        if names.allSatisfy({ !$0.isEmpty }), !found.contains(subject) { found.append(subject) }
      }
    }
    return found
  }

  /// Every way to cut `text` at pluses into so many parts; a bounded number of them.
  private static func cuts(_ text: String, into count: Int) -> [[Substring]] {
    let pieces = text.split(separator: "+", maxSplits: 12, omittingEmptySubsequences: false)
    guard count > 1 else { return [[text[...]]] }
    guard pieces.count >= count else { return [] }
    var cuts: [[Substring]] = []
    func cut(from first: Int, _ taken: [Substring]) {
      if cuts.count >= 64 { return }
      if taken.count == count - 1 {
        return cuts.append(taken + [text[pieces[first].startIndex...]])
      }
      // The first names short: `a+m` is `a` and `m`.
      for last in first..<(pieces.count - (count - 1 - taken.count)) {
        cut(from: last + 1, taken + [text[pieces[first].startIndex..<pieces[last].endIndex]])
      }
    }
    cut(from: 0, [])
    return cuts
  }
}

extension Dimension {
  /// The name in `key=ci-bot` and `key ci-bot`, without the space around it.
  fileprivate func unlabelled(_ text: Substring) -> String {
    var rest = text
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    for sign in ["=", " "] where rest.hasPrefix(name + sign) {
      rest = rest.dropFirst(name.count + 1)
      break
    }
    return String(rest)
  }

  /// The dimension that `key=ci-bot` or `key ci-bot` names; nil for a text without one.
  package init?(labelling text: String) {
    guard let end = text.firstIndex(where: { $0 == "=" || $0 == " " }),
      let dimension = Dimension.allCases.first(where: { $0.name == text[..<end] })
    else { return nil }
    self = dimension
  }
}
