internal import CScan

/// Walks a record once and notes where the wanted values stand. Grammar is checked on the way to them; what nobody wants is skipped by
/// its quotes and brackets. Text inside strings can therefore never pass for a value.
struct Extractor: ~Copyable {
  private let nodes: UnsafeMutablePointer<FieldTree.Node>
  private let entries: UnsafeMutablePointer<FieldTree.Entry>
  private let keys: UnsafeMutablePointer<UInt8>
  /// What the keys of each node's object were the last time, in order: the records of one writer have one shape.
  private let guesses: UnsafeMutablePointer<KeyGuess>
  private static let guessCount = 48
  private let slots: UnsafeMutablePointer<Slot>
  private let slotCount: Int
  private let longestKey: Int
  private let work: UnsafeMutablePointer<Workspace>
  private let format: Format
  /// Each format's places of its fields, one format after the other.
  private let places: UnsafeMutablePointer<UInt16>
  private let starts: UnsafeMutablePointer<Int>

  /// What offsets count from.
  private var base: UnsafePointer<UInt8>
  /// Inside JSON text that was unescaped.
  private var isText = false
  /// Among an array's elements: the first value wins, where otherwise the last of two equal keys does.
  private var keepsFirst = false
  /// The format had seen enough: the record is known, and no usage.
  private(set) var isDecided = false

  init(_ tree: FieldTree, format: Format, work: UnsafeMutablePointer<Workspace>) {
    nodes = .allocate(capacity: max(1, tree.nodes.count))
    entries = .allocate(capacity: max(1, tree.entries.count))
    keys = .allocate(capacity: max(1, tree.keys.count))
    slots = .allocate(capacity: max(1, tree.slotCount))
    for (index, node) in tree.nodes.enumerated() { (nodes + index).initialize(to: node) }
    for (index, entry) in tree.entries.enumerated() { (entries + index).initialize(to: entry) }
    for (index, byte) in tree.keys.enumerated() { (keys + index).initialize(to: byte) }
    guesses = .allocate(capacity: max(1, tree.nodes.count) * Extractor.guessCount)
    guesses.initialize(repeating: KeyGuess(), count: max(1, tree.nodes.count) * Extractor.guessCount)
    slots.initialize(repeating: Slot(), count: max(1, tree.slotCount))
    slotCount = tree.slotCount
    longestKey = tree.entries.reduce(0) { max($0, Int($1.length)) }
    starts = .allocate(capacity: max(1, tree.slots.count))
    places = .allocate(capacity: max(1, tree.slots.reduce(0) { $0 + $1.count }))
    var start = 0
    for (index, list) in tree.slots.enumerated() {
      (starts + index).initialize(to: start)
      for slot in list {
        (places + start).initialize(to: slot)
        start += 1
      }
    }
    base = UnsafePointer(keys)
    self.work = work
    self.format = format
  }

  deinit {
    nodes.deallocate()
    entries.deallocate()
    keys.deallocate()
    guesses.deallocate()
    slots.deallocate()
    starts.deallocate()
    places.deallocate()
  }

  /// Reads the object whose `{` the cursor is at; leaves the cursor past its `}`, or where it stopped.
  mutating func record(_ cursor: inout Cursor) -> Stop {
    base = cursor.at
    isText = false
    keepsFirst = false
    isDecided = false
    work.pointee.scratch.removeAll()
    slots.update(repeating: Slot(), count: slotCount)
    cursor.at += 1
    return object(UnsafePointer(nodes), &cursor, depth: 1)
  }

  /// From past the `{`; `depth` counts this object and those around it.
  private mutating func object(
    _ node: UnsafePointer<FieldTree.Node>, _ cursor: inout Cursor, depth: Int32
  ) -> Stop {
    var key = Cursor.RawString(start: cursor.at, count: 0, isEscaped: false)
    var stop = cursor.skipSpace()
    if stop != .done { return stop }
    if cursor.at.pointee == UInt8(ascii: "}") {
      cursor.at += 1
      return .done
    }
    var place = (node - UnsafePointer(nodes)) * Extractor.guessCount
    let lastPlace = place + Extractor.guessCount - 1
    while true {
      guard cursor.at.pointee == UInt8(ascii: "\"") else { return .malformed }
      cursor.at += 1
      let child: UnsafePointer<FieldTree.Node>?
      let guess = guesses + place
      if guess.pointee.matches(cursor) {
        cursor.at += Int(guess.pointee.length) + 1
        child = guess.pointee.node < 0 ? nil : UnsafePointer(nodes + Int(guess.pointee.node))
      } else {
        stop = cursor.string(&key)
        if stop != .done { return stop }
        child = find(key, node, end: cursor.end)
        guess.pointee = KeyGuess(key, node: child.map { Int32($0 - UnsafePointer(nodes)) } ?? -1)
      }
      if place < lastPlace { place += 1 }
      stop = cursor.skipSpace()
      if stop != .done { return stop }
      guard cursor.at.pointee == UInt8(ascii: ":") else { return .malformed }
      cursor.at += 1
      stop = cursor.skipSpace()
      if stop != .done { return stop }
      if let child {
        stop =
          child.pointee.isPlain && plainValue(child.pointee.slot, &cursor)
          ? .done : value(child, &cursor, depth: depth)
        if stop == .done && child.pointee.isGate && depth == 1 && !isText && format.isDecided(by: view) {
          isDecided = true
          return cursor.container(depth: depth)
        }
      } else {
        stop = cursor.skipValue(depth: depth)
      }
      if stop != .done { return stop }
      stop = cursor.skipSpace()
      if stop != .done { return stop }
      if cursor.at.pointee == UInt8(ascii: ",") {
        cursor.at += 1
        stop = cursor.skipSpace()
        if stop != .done { return stop }
      } else if cursor.at.pointee == UInt8(ascii: "}") {
        cursor.at += 1
        return .done
      } else {
        return .malformed
      }
    }
  }

  private mutating func elements(
    _ node: UnsafePointer<FieldTree.Node>, _ cursor: inout Cursor, depth: Int32
  ) -> Stop {
    let kept = keepsFirst
    defer { keepsFirst = kept }
    keepsFirst = true
    var stop = cursor.skipSpace()
    if stop != .done { return stop }
    if cursor.at.pointee == UInt8(ascii: "]") {
      cursor.at += 1
      return .done
    }
    while true {
      stop = value(node, &cursor, depth: depth)
      if stop != .done { return stop }
      stop = cursor.skipSpace()
      if stop != .done { return stop }
      let byte = cursor.at.pointee
      guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else { return .malformed }
      cursor.at += 1
      if byte == UInt8(ascii: "]") { return .done }
      stop = cursor.skipSpace()
      if stop != .done { return stop }
    }
  }

  /// The common values: a string without escapes, or a whole number. Otherwise nothing is done, and the answer is false.
  @inline(__always)
  private func plainValue(_ slot: Int32, _ cursor: inout Cursor) -> Bool {
    let start = cursor.at
    if start.pointee == UInt8(ascii: "\"") {
      let stop = scan_string_stop(start + 1, cursor.end)
      guard stop < cursor.end, stop.pointee == UInt8(ascii: "\"") else { return false }
      set(slot, .string, start + 1, count: stop - start - 1)
      cursor.at = stop + 1
      return true
    }
    var stop = start
    while stop < cursor.end && stop.pointee &- UInt8(ascii: "0") < 10 { stop += 1 }
    guard stop > start, stop < cursor.end,
      stop.pointee == UInt8(ascii: ",") || stop.pointee == UInt8(ascii: "}")
    else {
      return false
    }
    set(slot, .number, start, count: stop - start)
    cursor.at = stop
    return true
  }

  /// A value that somebody wants, or wants something of.
  private mutating func value(
    _ node: UnsafePointer<FieldTree.Node>, _ cursor: inout Cursor, depth: Int32
  ) -> Stop {
    if !keepsFirst && !node.pointee.below.isEmpty {
      (slots + Int(node.pointee.below.lowerBound)).update(repeating: Slot(), count: node.pointee.below.count)
    }
    switch cursor.at.pointee {
    case UInt8(ascii: "{") where node.pointee.places > 0:
      set(node.pointee.slot, .object, cursor.at, count: 0)
      cursor.at += 1
      return depth < Cursor.deepest ? object(node, &cursor, depth: depth + 1) : .malformed
    case UInt8(ascii: "[") where node.pointee.element >= 0:
      set(node.pointee.slot, .array, cursor.at, count: 0)
      cursor.at += 1
      guard depth < Cursor.deepest else { return .malformed }
      return elements(UnsafePointer(nodes + Int(node.pointee.element)), &cursor, depth: depth + 1)
    case UInt8(ascii: "\""):
      var string = Cursor.RawString(start: cursor.at, count: 0, isEscaped: false)
      cursor.at += 1
      let stop = cursor.string(&string)
      if stop != .done { return stop }
      if node.pointee.mayBeText && !isText {
        text(string, node)
      } else {
        set(node.pointee.slot, string.isEscaped ? .escapedString : .string, string.start, count: string.count)
      }
      return .done
    default:
      let start = cursor.at
      let stop = cursor.skipValue(depth: depth)
      if stop != .done { return stop }
      let count = cursor.at - start
      switch start.pointee {
      case UInt8(ascii: "{"): set(node.pointee.slot, .object, start, count: count)
      case UInt8(ascii: "["): set(node.pointee.slot, .array, start, count: count)
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "N"), UInt8(ascii: "I"):
        set(node.pointee.slot, .number, start, count: count)
      case UInt8(ascii: "n") where Extractor.isWord(start, count, "null"):
        set(node.pointee.slot, .null, start, count: 0)
      case UInt8(ascii: "t") where Extractor.isWord(start, count, "true"):
        set(node.pointee.slot, .yes, start, count: 0)
      case UInt8(ascii: "f") where Extractor.isWord(start, count, "false"):
        set(node.pointee.slot, .no, start, count: 0)
      default: return .malformed
      }
      return .done
    }
  }

  /// A string where JSON text may stand: read as that if it begins like it. Broken text gives what it has, never a rejection.
  private mutating func text(_ string: Cursor.RawString, _ node: UnsafePointer<FieldTree.Node>) {
    let outer = base
    let first = work.pointee.scratch.count
    work.pointee.scratch.appendUnescaped(string.start, count: string.count)
    base = UnsafePointer(work.pointee.scratch.start)
    var cursor = Cursor(at: base + first, end: base + work.pointee.scratch.count, lines: .free)
    isText = true
    defer {
      isText = false
      base = outer
    }
    if cursor.skipSpace() == .done, cursor.at.pointee | 0x20 == UInt8(ascii: "{") {
      _ = value(node, &cursor, depth: 1)
    } else {
      set(node.pointee.slot, .string, base + first, count: work.pointee.scratch.count - first)
    }
  }

  @inline(__always)
  private func set(_ slot: Int32, _ kind: Slot.Kind, _ start: UnsafePointer<UInt8>, count: Int) {
    guard slot >= 0 else { return }
    if keepsFirst && !slots[Int(slot)].isEmpty { return }
    slots[Int(slot)] = Slot(
      offset: UInt32(truncatingIfNeeded: start - base), length: UInt32(truncatingIfNeeded: count), kind: kind,
      isUnescaped: isText)
  }

  private static func isWord(_ start: UnsafePointer<UInt8>, _ count: Int, _ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && scan_equal(start, word.utf8Start, count) != 0
  }

  @inline(__always)
  private func find(
    _ key: Cursor.RawString, _ node: UnsafePointer<FieldTree.Node>, end: UnsafePointer<UInt8>
  ) -> UnsafePointer<FieldTree.Node>? {
    if key.isEscaped { return findEscaped(key, node) }
    return find(key.start, key.count, node, end: end)
  }

  @inline(__always)
  private func find(
    _ key: UnsafePointer<UInt8>, _ count: Int, _ node: UnsafePointer<FieldTree.Node>,
    end: UnsafePointer<UInt8>
  ) -> UnsafePointer<FieldTree.Node>? {
    guard node.pointee.places > 0 else { return nil }
    let words = FieldTree.words(key, count, end)
    let table = entries + Int(node.pointee.firstEntry)
    let mask = Int(node.pointee.places) - 1
    var place = Int(truncatingIfNeeded: FieldTree.hash(words.0, words.1)) & mask
    while true {
      let entry = table + place
      if entry.pointee.node < 0 { return nil }
      if entry.pointee.first == words.0 && entry.pointee.last == words.1 && Int(entry.pointee.length) == count
        && (count <= 16 || scan_equal(key, keys + Int(entry.pointee.keyOffset), count) != 0)
      {
        return UnsafePointer(nodes + Int(entry.pointee.node))
      }
      place = (place + 1) & mask
    }
  }

  private func findEscaped(
    _ key: Cursor.RawString, _ node: UnsafePointer<FieldTree.Node>
  ) -> UnsafePointer<FieldTree.Node>? {
    // An escape is at most six bytes for one.
    guard key.count <= 6 * longestKey else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: key.count) { plain in
      guard let start = plain.baseAddress else { return nil }
      let count = Escapes.decode(key.start, count: key.count, into: start)
      return find(start, count, node, end: start + key.count)
    }
  }

  /// What was found, for a format to read.
  var view: FormatView {
    FormatView(
      fields: RecordFields(base: base, slots: UnsafePointer(slots), work: work),
      starts: UnsafePointer(starts), places: UnsafePointer(places))
  }
}

/// What a parser needs from record to record, at a fixed address.
struct Workspace: ~Copyable {
  /// Unescaped text of the current record.
  var scratch = ByteBuffer()
  var clock = LoggedTime()
  /// Names of the current call.
  var names: [UInt8] = []
}
