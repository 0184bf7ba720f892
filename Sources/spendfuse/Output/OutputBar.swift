/// How much of a limit is used, as a bar: `██████▌     `; `######      ` where there are no blocks.
struct OutputBar {
  private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// - Parameters:
  ///   - part, whole: of one unit. More than the whole is a full bar; what is above 0 shows.
  ///   - width: columns, exactly.
  static func text(_ part: Int64, of whole: Int64, width: Int, blocks: Bool = true) -> String {
    guard width > 0, whole > 0, part > 0 else { return String(repeating: " ", count: max(0, width)) }
    let exact = min(1, Double(part) / Double(whole)) * Double(width)
    guard blocks else {
      let full = min(width, max(1, Int(exact)))
      return String(repeating: "#", count: full) + String(repeating: " ", count: width - full)
    }
    let units = min(width * 8, max(1, Int(exact * 8)))
    let rest = units % 8
    let bar = String(repeating: "█", count: units / 8) + (rest > 0 ? String(eighths[rest - 1]) : "")
    return bar + String(repeating: " ", count: width - (units + 7) / 8)
  }

  /// As alerts go: from 50 % and 80 % people look, at 100 % the machine acts.
  static func look(_ part: Int64, of whole: Int64) -> OutputTerminal.Look {
    guard whole > 0 else { return .plain }
    return switch Double(part) / Double(whole) {
    case 1...: .red
    case 0.8...: .yellow
    case 0.5...: .strong
    default: .green
    }
  }
}
