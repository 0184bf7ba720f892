/// What a heap orders.
package protocol HeapElement {
  /// Whether it comes out before `other`.
  func isBefore(_ other: Self) -> Bool
}

/// A binary heap: whatever comes before all others is first. Inlinable, so that other modules get it specialised.
package struct Heap<Element: HeapElement> {
  @usableFromInline var elements: [Element] = []

  @inlinable package init() {}

  @inlinable package var first: Element? { elements.first }
  /// In no order.
  @inlinable package var unordered: [Element] { elements }

  @inlinable package mutating func add(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child].isBefore(elements[parent]) else { break }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the first out, and puts `element` in; nothing is taken out of an empty heap.
  @inlinable package mutating func replaceFirst(with element: Element?) {
    guard !elements.isEmpty else {
      if let element { add(element) }
      return
    }
    if let element {
      elements[0] = element
    } else {
      let last = elements.removeLast()
      if elements.isEmpty { return }
      elements[0] = last
    }
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < elements.count && elements[child].isBefore(elements[least]) {
        least = child
      }
      if least == parent { break }
      elements.swapAt(least, parent)
      parent = least
    }
  }
}

extension Heap: Sendable where Element: Sendable {}
