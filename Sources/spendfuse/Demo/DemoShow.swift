import Foundation
import SpendWatch

/// Puts pictures where people look: on a terminal in place, elsewhere as a line an event.
final class DemoShow {
  private let terminal: OutputTerminal
  /// Lines of the picture that stands there.
  private var height = 0
  private var last: [String] = []
  private var told = 0

  init(_ terminal: OutputTerminal) {
    self.terminal = terminal
    if canRedraw {
      // The cursor hides, and a line that the window has become too narrow for is cut, not wrapped.
      write("\u{1b}[?25l\u{1b}[?7l")
    } else {
      write("\(DemoScreen.title)\n")
    }
  }

  /// A dumb terminal cannot move its cursor.
  private var canRedraw: Bool {
    terminal.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  func show(_ picture: DemoPicture) {
    guard canRedraw else {
      for event in picture.events.dropFirst(told) { write(DemoScreen.plain(event) + "\n") }
      told = picture.events.count
      return
    }
    let lines = DemoScreen(picture).lines(for: terminal)
    if lines == last { return }
    write(DemoShow.redraw(lines, over: height))
    (last, height) = (lines, lines.count)
  }

  /// Over a picture that is `height` lines high, with the cursor below it. In one piece, each line written over before its rest is cleared:
  /// nothing flickers.
  static func redraw(_ lines: [String], over height: Int) -> String {
    var text = height > 0 ? "\r\u{1b}[\(height)A" : ""
    for line in lines { text += line + "\u{1b}[K\r\n" }
    if lines.count < height { text += "\u{1b}[J" }
    return text
  }

  /// Gives the terminal back as it was.
  func end() {
    if canRedraw { write("\u{1b}[?7h\u{1b}[?25h") }
  }

  /// A reader that went away is no reason to leave a directory behind: SIGPIPE is ignored, and so is the error.
  private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
