import Support
import Testing

@testable import SpendEngine

/// The block-wise skip of containers against one that goes byte by byte.
@Suite struct CursorTests {
  private struct Place: Equatable {
    var stop: Stop
    var at: Int
  }

  private func skip(_ bytes: [UInt8], _ lines: LineMode, depth: Int32) -> Place {
    bytes.withUnsafeBufferPointer { text in
      guard let start = text.baseAddress else { return Place(stop: .short, at: 0) }
      var cursor = Cursor(at: start, end: start + text.count, lines: lines)
      let stop = cursor.container(depth: depth)
      return Place(stop: stop, at: cursor.at - start)
    }
  }

  private func reference(_ bytes: [UInt8], isLine: Bool, depth start: Int) -> Place {
    var depth = start
    var isString = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") && isLine { return Place(stop: .lineEnd, at: index) }
      if byte == UInt8(ascii: "\\") {
        // Also outside of strings, where it is broken JSON anyway.
        if index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n") && isLine {
          return Place(stop: .lineEnd, at: index + 1)
        }
        index += bytes.indices.contains(index + 1) && "\"\\".utf8.contains(bytes[index + 1]) ? 2 : 1
        continue
      }
      if byte == UInt8(ascii: "\"") { isString.toggle() }
      if !isString && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")) {
        depth += 1
        if depth > 64 { return Place(stop: .malformed, at: index) }
      }
      if !isString && (byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")) {
        depth -= 1
        if depth == start - 1 { return Place(stop: .done, at: index + 1) }
      }
      index += 1
    }
    return Place(stop: .short, at: bytes.count)
  }

  @Test func agreesWithTheReference() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var dice = Dice(seed: seed)
    let alphabets = ["ab{}[]\"\\", "aaaaaaaaaaaaaaaaaaaa\"\\\\", "[{a", "a\"\\\n{}", "]}[{\"abcdefgh"].map {
      Array($0.utf8)
    }
    for round in 0..<6000 {
      let alphabet = alphabets[round % alphabets.count]
      let count = Int.random(in: 0...300, using: &dice)
      let bytes = (0..<count).map { _ in alphabet.randomElement(using: &dice) ?? 0 }
      let depth = Int32.random(in: 1...64, using: &dice)
      for (lines, isLine) in [(LineMode.oneLine, true), (.free, false)] {
        let found = skip(bytes, lines, depth: depth)
        let wanted = reference(bytes, isLine: isLine, depth: Int(depth))
        #expect(found == wanted, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }

  /// Valid text is left at the same place whatever a line feed means.
  @Test func indentedAndFreeAgreeOnValidText() {
    for width in 0..<140 {
      let text =
        "{\"a\": [\"" + String(repeating: "x\\\\\\\"", count: width / 7)
        + String(repeating: "y", count: width) + "\", {}],\n \"b\": [[1], []]}, 7"
      let bytes = Array((text + "]rest").utf8)
      let free = skip(bytes, .free, depth: 1)
      #expect(free == Place(stop: .done, at: bytes.count - 4))
      #expect(skip(bytes, .indented, depth: 1) == free)
    }
  }

  /// Blocks of 16 and 64 bytes at each alignment and length, with one byte of interest at each place: where a string and a container end.
  @Test func blocksAgreeAtEveryAlignmentAndLength() {
    let marks = [UInt8]("\"\\\n]}[{".utf8)
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    defer { buffer.deallocate() }
    for alignment in 0..<64 {
      for count in 0..<90 {
        for place in stride(from: alignment % 3, to: count, by: 3) {
          let mark = marks[(alignment + place) % marks.count]
          // What stands behind the end would end anything.
          buffer.initialize(repeating: UInt8(ascii: "\""), count: 256)
          (buffer + alignment).update(repeating: UInt8(ascii: "x"), count: count)
          buffer[alignment + place] = mark
          let start = UnsafePointer(buffer + alignment)
          let bytes = Array(UnsafeBufferPointer(start: start, count: count))
          var cursor = Cursor(at: start, end: start + count, lines: .oneLine)
          var text = Cursor.RawString(start: cursor.at, count: 0, isEscaped: false)
          let stop = cursor.string(&text)
          let wanted: (Stop, Int) =
            switch mark {
            case UInt8(ascii: "\""): (.done, place + 1)
            case UInt8(ascii: "\n"): (.lineEnd, place)
            case UInt8(ascii: "\\") where place + 1 == count: (.short, place)
            default: (.short, count)
            }
          let found = (stop, cursor.at - start)
          if found != wanted { Issue.record("\(alignment), \(bytes): \(found), not \(wanted)") }
          cursor = Cursor(at: start, end: start + count, lines: .oneLine)
          let inside = Place(stop: cursor.container(depth: 1), at: cursor.at - start)
          if inside != reference(bytes, isLine: true, depth: 1) {
            Issue.record("\(alignment), \(bytes): \(inside)")
          }
        }
      }
    }
  }
}
