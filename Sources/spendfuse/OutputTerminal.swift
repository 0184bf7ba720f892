import Foundation
import Glibc

/// Where output goes, and what it can show there.
struct OutputTerminal {
  let isTerminal: Bool
  /// Columns; nil where output is no terminal: then nothing is cut.
  let width: Int?
  /// On a terminal that has colours, and whose user did not set NO_COLOR.
  let hasColour: Bool

  static let standardOutput = OutputTerminal(1)
  static let standardError = OutputTerminal(2)

  private init(_ descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
    isTerminal = isatty(descriptor) == 1
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let stated = environment["COLUMNS"].flatMap { Int($0) }
    width = isTerminal ? max(40, isKnown ? Int(size.ws_col) : stated ?? 80) : nil
    hasColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  init(width: Int?, hasColour: Bool) {
    isTerminal = width != nil
    self.width = width
    self.hasColour = hasColour
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
    hasColour && look != .plain && !text.isEmpty ? "\u{1b}[\(look.rawValue)m\(text)\u{1b}[0m" : text
  }
}

/// Writes to standard error, where everything goes that is not the result.
func printError(_ text: String, terminator: String = "\n") {
  FileHandle.standardError.write(Data((text + terminator).utf8))
}
