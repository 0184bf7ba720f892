import Foundation

/// As much of a terminal as redrawing in place needs: what stands in its lines after some output.
package struct FakeTerminal {
  /// Without blanks at their ends.
  package var lines: [String] { rows.map { row in String(row).replacing(#/ +$/#, with: "") } }
  package private(set) var isCursorHidden = false
  package private(set) var wraps = true
  /// How often the cursor was hidden.
  package private(set) var hidden = 0
  /// Sequences that it does not know.
  package private(set) var unknown: [String] = []

  private let width: Int
  private var rows: [[Character]] = [[]]
  private var row = 0
  private var column = 0

  package init(width: Int) { self.width = width }

  package mutating func feed(_ text: String) {
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        if row == rows.count { rows.append([]) }
      case "\u{1b}":
        guard rest.popFirst() == "[" else {
          unknown.append("ESC")
          continue
        }
        var parameters = ""
        while let next = rest.popFirst() {
          guard ("@"..."~").contains(next) else {
            parameters.unicodeScalars.append(next)
            continue
          }
          act(next, parameters)
          break
        }
      default: put(Character(scalar))
      }
    }
  }

  private mutating func put(_ character: Character) {
    if column == width {
      // The last column is written over, or the next line begins.
      if wraps {
        column = 0
        row += 1
        if row == rows.count { rows.append([]) }
      } else {
        column = width - 1
      }
    }
    while rows[row].count <= column { rows[row].append(" ") }
    rows[row][column] = character
    column += 1
  }

  private mutating func act(_ final: Unicode.Scalar, _ parameters: String) {
    switch (final, parameters) {
    case ("m", _): break
    case ("A", _): row = max(0, row - max(1, Int(parameters) ?? 1))
    // In the last column, what stands there goes too.
    case ("K", ""): rows[row] = Array(rows[row].prefix(min(column, width - 1)))
    case ("J", ""):
      rows[row] = Array(rows[row].prefix(min(column, width - 1)))
      rows.removeSubrange((row + 1)...)
    case ("l", "?25"): (isCursorHidden, hidden) = (true, hidden + 1)
    case ("h", "?25"): isCursorHidden = false
    case ("l", "?7"): wraps = false
    case ("h", "?7"): wraps = true
    default: unknown.append("CSI \(parameters)\(final)")
    }
  }
}
