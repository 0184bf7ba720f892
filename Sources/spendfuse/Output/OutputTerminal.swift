import Foundation
import Glibc

/// Where output goes, and what it can show there.
struct OutputTerminal {
  let isTerminal: Bool
  /// Columns; nil where output is no terminal: then nothing is cut.
  let width: Int?
  /// Lines; nil where output is no terminal.
  let height: Int?
  /// On a terminal that has colours, and whose user did not set NO_COLOR.
  let hasColour: Bool
  /// Block characters can be shown: everywhere but on a terminal whose locale is said to be something else than UTF-8.
  let hasBlocks: Bool

  static let standardOutput = OutputTerminal(1)
  static let standardError = OutputTerminal(2)

  private init(_ descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
    isTerminal = isatty(descriptor) == 1
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let stated = environment["COLUMNS"].flatMap { Int($0) }
    width = isTerminal ? max(40, isKnown ? Int(size.ws_col) : stated ?? 80) : nil
    height = isTerminal ? (isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24) : nil
    hasColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    hasBlocks = !isTerminal || OutputTerminal.isUnicode(environment)
  }

  init(width: Int?, height: Int = 24, hasColour: Bool, hasBlocks: Bool = true) {
    isTerminal = width != nil
    self.width = width
    self.height = width == nil ? nil : height
    self.hasColour = hasColour
    self.hasBlocks = hasBlocks
  }

  /// By the first of the variables that say so (POSIX, 8.2); where none is set, terminals of today are UTF-8.
  static func isUnicode(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    guard let locale = names.compactMap({ environment[$0] }).first(where: { !$0.isEmpty }) else {
      return true
    }
    return ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
  }

  /// The few looks that output uses.
  enum Look: String {
    case plain = ""
    case strong = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func text(_ text: String, _ look: Look) -> String {
    guard hasColour, look != .plain, !text.isEmpty else { return text }
    // Blanks at the beginning are no part of it: lines are folded by them.
    let blank = text.prefix { $0 == " " }
    return "\(blank)\u{1b}[\(look.rawValue)m\(text.dropFirst(blank.count))\u{1b}[0m"
  }
}

/// Writes to standard error, where everything goes that is not the result.
func printError(_ text: String, terminator: String = "\n") {
  FileHandle.standardError.write(Data((text + terminator).utf8))
}
