/// A compiled path pattern.
///
/// `*` any run of bytes within a name, `?` one character, `[a-z]` `[!a-z]` `[^a-z]` a set, `\` takes the next character literally, `**` as
/// a whole component zero or more directories (at the end: everything below). Names that begin with a dot are matched like any other:
/// to miss a log is worse than to look at one too many. A `[` that is never closed stands for itself.
///
/// The pattern of a source also names its files' rotated names (`RotatedName`), in its last component.
///
/// Matching steps a set of positions along the path's components, so no pattern can make it backtrack.
struct Glob: Sendable {
  /// A path as a pattern that matches it alone.
  static func escaped(_ path: String) -> String {
    path.reduce(into: "") { result, character in
      if "*?[\\".contains(character) { result.append("\\") }
      result.append(character)
    }
  }

  enum Component: Sendable, Hashable {
    case name([UInt8])
    case pattern([Token])
    case directories
  }

  enum Token: Sendable, Hashable {
    case byte(UInt8)
    case run
    case one
    case set([ClosedRange<UInt32>], negated: Bool)
  }

  let components: [Component]
  /// Names what a file becomes by rotation, too.
  let namesRotated: Bool

  /// - Parameter rotated: rotated names of what it matches, match too.
  init(_ pattern: String, rotated: Bool = false) {
    namesRotated = rotated
    var components = Array(pattern.utf8).split(separator: UInt8(ascii: "/")).map(Glob.component)
    if components.last == .directories { components.append(.pattern([.run])) }
    self.components = components
  }

  /// Whether the last component says something of the name: `*.jsonl` does, `*` does not.
  var namesFiles: Bool {
    switch components.last {
    case .name: true
    case .pattern(let tokens): tokens.contains { $0 != .run }
    case .directories, nil: false
    }
  }

  /// Whether it stands for one path only.
  var isPlain: Bool {
    components.allSatisfy { if case .name = $0 { true } else { false } }
  }

  func matches(_ path: RawPath) -> Bool {
    let positions = self.positions(in: path.directory)
    return accepts(step(positions, path.name)) || acceptsRotated(positions, path.name)
  }

  /// Whether the path matches, or something below it can.
  func leads(_ path: RawPath) -> Bool {
    let positions = self.positions(in: path.directory)
    return !step(positions, path.name).isEmpty || acceptsRotated(positions, path.name)
  }

  /// The positions after all of a directory's path; none = nothing below can match.
  func positions(in directory: RawPath) -> [Int] {
    var positions = start
    for name in directory.bytes.split(separator: UInt8(ascii: "/")) where !positions.isEmpty {
      positions = step(positions, name)
    }
    return positions
  }

  /// Whether `name`, after what led to `positions`, is a rotated name of one that matches.
  func acceptsRotated(_ positions: [Int], _ name: ArraySlice<UInt8>) -> Bool {
    guard awaitsRotated(positions) else { return false }
    return RotatedName(name).logs.contains { accepts(step(positions, $0)) }
  }

  /// Whether the next component may be a rotated name.
  func awaitsRotated(_ positions: [Int]) -> Bool {
    namesRotated && positions.contains(components.count - 1)
  }

  /// The positions before the first component.
  var start: [Int] { closure([0]) }

  /// Whether a path that led to `positions` matches as a whole.
  func accepts(_ positions: [Int]) -> Bool { positions.last == components.count }

  /// The positions after one more component of the path; none = nothing below can match.
  /// - Parameter isLink: a symbolic link is followed where a component matches it, not by `**`: so loops end.
  func step(_ positions: [Int], _ name: ArraySlice<UInt8>, isLink: Bool = false) -> [Int] {
    var next: [Int] = []
    for position in positions where position < components.count {
      switch components[position] {
      case .directories: if !isLink { next.append(position) }
      case .name(let wanted): if wanted[...] == name { next.append(position + 1) }
      case .pattern(let tokens): if Glob.matches(tokens, name) { next.append(position + 1) }
      }
    }
    return closure(next)
  }

  /// The only name that can follow, where there is only one: then a directory need not be listed (and need not be readable).
  func onlyName(_ positions: [Int]) -> [UInt8]? {
    let open = positions.filter { $0 < components.count }
    guard open.count == 1, case .name(let name) = components[open[0]] else { return nil }
    return name
  }

  /// `**` also matches no directory at all. Ascending, each once.
  private func closure(_ positions: [Int]) -> [Int] {
    var all = positions
    for position in positions {
      var next = position
      while next < components.count, components[next] == .directories {
        next += 1
        all.append(next)
      }
    }
    guard all.count > 1 else { return all }
    return Array(Set(all)).sorted()
  }
}

extension Glob {
  private static func component(_ bytes: ArraySlice<UInt8>) -> Component {
    if bytes.elementsEqual("**".utf8) { return .directories }
    var tokens: [Token] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"): if tokens.last != .run { tokens.append(.run) }
      case UInt8(ascii: "?"): tokens.append(.one)
      case UInt8(ascii: "\\"): tokens.append(.byte(rest.popFirst() ?? byte))
      case UInt8(ascii: "["):
        if let (set, after) = set(rest) {
          tokens.append(set)
          rest = after
        } else {
          tokens.append(.byte(byte))
        }
      default: tokens.append(.byte(byte))
      }
    }
    var name: [UInt8] = []
    for token in tokens {
      guard case .byte(let byte) = token else { return .pattern(tokens) }
      name.append(byte)
    }
    return .name(name)
  }

  /// Reads a set after its `[`; nil where it is never closed.
  private static func set(_ bytes: ArraySlice<UInt8>) -> (Token, rest: ArraySlice<UInt8>)? {
    var rest = bytes
    var negated = false
    if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
      negated = true
      rest = rest.dropFirst()
    }
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let byte = rest.first {
      if byte == UInt8(ascii: "]"), !isFirst { return (.set(ranges, negated: negated), rest.dropFirst()) }
      isFirst = false
      if byte == UInt8(ascii: "\\"), rest.count > 1 { rest = rest.dropFirst() }
      guard let low = popCharacter(&rest) else { return nil }
      var high = low
      let ahead = rest.dropFirst()
      if rest.first == UInt8(ascii: "-"), let end = ahead.first, end != UInt8(ascii: "]") {
        rest = ahead
        if end == UInt8(ascii: "\\"), rest.count > 1 { rest = rest.dropFirst() }
        guard let last = popCharacter(&rest) else { return nil }
        high = last
      }
      if low <= high { ranges.append(low...high) }
    }
    return nil
  }

  /// Takes one UTF-8 character, or one byte where the bytes are no UTF-8 (told apart from characters by bit 31).
  private static func popCharacter(_ bytes: inout ArraySlice<UInt8>) -> UInt32? {
    guard let first = bytes.first else { return nil }
    let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    if let text = String(validating: bytes.prefix(length), as: UTF8.self),
      let scalar = text.unicodeScalars.first
    {
      bytes = bytes.dropFirst(length)
      return scalar.value
    }
    bytes = bytes.dropFirst()
    return UInt32(first) | 0x8000_0000
  }

  private static func matches(_ tokens: [Token], _ name: ArraySlice<UInt8>) -> Bool {
    var token = 0
    var rest = name
    // The last `*` and where its run ends so far: only that one is ever widened.
    var retry: (token: Int, rest: ArraySlice<UInt8>)?
    while true {
      if token < tokens.count, tokens[token] == .run {
        token += 1
        retry = (token, rest)
        continue
      }
      if token == tokens.count, rest.isEmpty { return true }
      if token < tokens.count, takes(tokens[token], &rest) {
        token += 1
        continue
      }
      guard let last = retry, !last.rest.isEmpty else { return false }
      rest = last.rest.dropFirst()
      token = last.token
      retry = (token, rest)
    }
  }

  private static func takes(_ token: Token, _ bytes: inout ArraySlice<UInt8>) -> Bool {
    switch token {
    case .byte(let wanted):
      guard bytes.first == wanted else { return false }
      bytes = bytes.dropFirst()
      return true
    case .one: return popCharacter(&bytes) != nil
    case .set(let ranges, let negated):
      var after = bytes
      guard let character = popCharacter(&after) else { return false }
      guard ranges.contains(where: { $0.contains(character) }) != negated else { return false }
      bytes = after
      return true
    case .run: return false
    }
  }
}
