internal import CScan

/// The wanted paths of one or several formats as one tree, so that a record is walked once whatever formats it may be of.
///
/// Paths are written as `FieldPath` reads them; an empty one stands for a value that no record has.
struct FieldTree: Sendable {
  struct Node: Sendable {
    /// Where the value goes; -1 = only what is below is wanted.
    var slot: Int32 = -1
    /// Slots of everything below this node: a repeated key starts them anew.
    var below: Range<Int32> = 0..<0
    /// The node of an array's elements; -1 = none.
    var element: Int32 = -1
    /// Keys below: a hash table in `entries`, of a power of two of places; 0 = none.
    var firstEntry: Int32 = 0
    var places: Int32 = 0
    var mayBeText = false
    /// The format may decide on this value that the record is of no interest.
    var isGate = false

    /// Nothing is wanted below, nor of text inside: the value itself is all.
    var isPlain = false
  }

  /// A key of a node: its length and first and last eight bytes tell most keys apart without a look at the rest.
  struct Entry: Sendable {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var length: Int32 = 0
    /// -1 = a free place.
    var node: Int32 = -1
    var keyOffset: Int32 = 0
  }

  private(set) var nodes: [Node] = []
  private(set) var entries: [Entry] = []
  private(set) var keys: [UInt8] = []
  private(set) var slotCount = 0
  /// By format, then by field: the slot.
  private(set) var slots: [[UInt16]] = []

  /// - Parameters:
  ///   - paths: by format, then by field.
  ///   - gates: paths of top-level values that may end a record early.
  init(paths: [[String]], gates: [String]) {
    var root = Branch()
    for (format, list) in paths.enumerated() {
      for (field, path) in list.enumerated() {
        let steps = (try? FieldPath(path))?.steps ?? []
        root.add(steps[...], FieldID(format: format, field: field), isGate: gates.contains(path))
      }
    }
    slots = paths.map { [UInt16](repeating: 0, count: $0.count) }
    _ = compile(root)
  }

  private struct FieldID {
    var format: Int
    var field: Int
  }

  /// The tree while it grows.
  private struct Branch {
    var children: [(key: String, branch: Branch)] = []
    var element: [Branch] = []
    var fields: [FieldID] = []
    var mayBeText = false
    var isGate = false

    mutating func add(_ steps: ArraySlice<FieldPath.Step>, _ field: FieldID, isGate gate: Bool) {
      guard let step = steps.first else {
        fields.append(field)
        isGate = isGate || gate
        return
      }
      switch step {
      case .element:
        if element.isEmpty { element = [Branch()] }
        element[0].add(steps.dropFirst(), field, isGate: gate)
      case .key(let key, let mayBeText):
        var index = children.count
        if let known = children.firstIndex(where: { $0.key == key }) {
          index = known
        } else {
          children.append((key, Branch()))
        }
        if mayBeText { children[index].branch.mayBeText = true }
        children[index].branch.add(steps.dropFirst(), field, isGate: gate)
      }
    }
  }

  /// Slots are given in this order, so that those below a node are a range.
  private mutating func compile(_ branch: Branch) -> Int32 {
    let index = nodes.count
    nodes.append(Node())
    var node = Node()
    node.mayBeText = branch.mayBeText
    node.isGate = branch.isGate
    if !branch.fields.isEmpty {
      node.slot = Int32(slotCount)
      for field in branch.fields { slots[field.format][field.field] = UInt16(slotCount) }
      slotCount += 1
    }
    let firstBelow = slotCount
    if !branch.children.isEmpty {
      var places = 4
      while places < 2 * branch.children.count { places *= 2 }
      node.firstEntry = Int32(entries.count)
      node.places = Int32(places)
      entries.append(contentsOf: [Entry](repeating: Entry(), count: places))
      for (key, child) in branch.children {
        let childIndex = compile(child)
        insert(Array(key.utf8), childIndex, node)
      }
    }
    if let element = branch.element.first { node.element = compile(element) }
    node.isPlain = branch.children.isEmpty && branch.element.isEmpty && !branch.mayBeText
    node.below = Int32(firstBelow)..<Int32(slotCount)
    nodes[index] = node
    return Int32(index)
  }

  private mutating func insert(_ key: [UInt8], _ child: Int32, _ node: Node) {
    let words = key.withUnsafeBufferPointer { key in
      key.baseAddress.map { FieldTree.words($0, key.count, $0 + key.count) } ?? (0, 0)
    }
    let mask = UInt64(node.places - 1)
    var place = FieldTree.hash(words.0, words.1) & mask
    while entries[Int(node.firstEntry) + Int(place)].node >= 0 { place = (place + 1) & mask }
    entries[Int(node.firstEntry) + Int(place)] = Entry(
      first: words.0, last: words.1, length: Int32(key.count), node: child, keyOffset: Int32(keys.count))
    keys.append(contentsOf: key)
  }

  /// The first and the last eight bytes; of a shorter key all of it, twice.
  @inline(__always)
  static func words(_ key: UnsafePointer<UInt8>, _ count: Int, _ end: UnsafePointer<UInt8>) -> (
    UInt64, UInt64
  ) {
    if count >= 8 { return (scan_load8(key), scan_load8(key + count - 8)) }
    var word: UInt64 = 0
    if end - key >= 8 {
      word = UInt64(littleEndian: scan_load8(key)) & ((1 << (8 * UInt64(count))) &- 1)
    } else {
      for index in 0..<count { word |= UInt64(key[index]) << (8 * UInt64(index)) }
    }
    return (word, word)
  }

  @inline(__always)
  static func hash(_ first: UInt64, _ last: UInt64) -> UInt64 {
    ((first ^ (last << 23 | last >> 41)) &* 0x9e37_79b9_7f4a_7c15) >> 40
  }
}
