import SpendEngine
import SpendWatch

/// A picture as lines of a terminal: a bar for each key, what goes on, and the newest events.
struct DemoScreen {
  static let title = "spendfuse demo: the real watcher on a made day of LLM traffic"

  private let picture: DemoPicture

  init(_ picture: DemoPicture) { self.picture = picture }

  /// Fewer than the terminal is high, each narrower than it is; more only where there are more events.
  func lines(for terminal: OutputTerminal) -> [String] {
    // What clears the rest of a full line clears its last column too.
    let width = (terminal.width ?? 80) - 1
    var lines = [terminal.text((width < 64 ? "spendfuse demo" : Self.title).fitted(to: width), .strong), ""]
    lines += bars(width, terminal)
    lines += ["", terminal.text(stage.fitted(to: width), .strong), ""]
    // The cursor must be able to go back up to the first line.
    let height = max(1, (terminal.height ?? 24) - 1)
    let room = max(0, height - lines.count)
    let rows = picture.events.suffix(room).flatMap { event($0, width, terminal) }.suffix(room)
    return Array((lines + rows).prefix(height))
  }

  /// For output that is no terminal: `halt    100 % of …`
  static func plain(_ event: DemoEvent) -> String {
    "\(padded(event.kind.rawValue, 8))\(event.text.printable)"
  }

  // MARK: Bars

  private func bars(_ width: Int, _ terminal: OutputTerminal) -> [String] {
    let isNarrow = width < 64
    let percents = picture.bars.map { "\(($0.value.percent(of: $0.limit) ?? 0).grouped) %" }
    let values = picture.bars.map { NanoUSD(rawValue: $0.value).text(decimals: 2) }
    let limits = picture.bars.map { isNarrow ? "" : NanoUSD(rawValue: $0.limit).text }
    func most(_ texts: [String], _ least: Int) -> Int { texts.reduce(least) { max($0, $1.columns) } }
    let (percentWidth, valueWidth, limitWidth) = (most(percents, 6), most(values, 7), most(limits, 0))
    let states = isNarrow ? 2 : 8
    let rest = 12 + 1 + 1 + percentWidth + 1 + valueWidth + (isNarrow ? 0 : 4 + limitWidth) + states
    let length = min(80, max(2, width - rest))
    return picture.bars.enumerated().map { index, bar in
      let look = bar.isHalted ? .red : OutputBar.look(bar.value, of: bar.limit)
      var text = Self.padded(percents[index], percentWidth, toRight: true)
      text += " " + Self.padded(values[index], valueWidth, toRight: true)
      if !isNarrow { text += " of " + Self.padded(limits[index], limitWidth, toRight: true) }
      let state = bar.isHalted ? (isNarrow ? "!" : "HALTED") : bar.isResumed && !isNarrow ? "resumed" : ""
      return Self.padded(bar.name.printable.fitted(to: 12), 12) + " " + track(bar, length, look, terminal)
        + " " + terminal.text(text, look)
        + (state.isEmpty ? "" : " " + terminal.text(state, bar.isHalted ? .red : .green))
    }
  }

  /// The bar, with the steps at which people are told on what is still free.
  private func track(
    _ bar: DemoPicture.Bar, _ length: Int, _ look: OutputTerminal.Look, _ terminal: OutputTerminal
  ) -> String {
    let drawn = OutputBar.text(bar.value, of: bar.limit, width: length, blocks: terminal.hasBlocks)
    let full = String(drawn.prefix { $0 != " " })
    let mark: Character = terminal.hasBlocks ? "┊" : ":"
    let free: Character = terminal.hasBlocks ? "·" : "."
    let rest = (full.count..<max(full.count, length)).map { column in
      [length / 2, length * 4 / 5].contains(column) ? mark : free
    }
    return terminal.text(full, look) + terminal.text(String(rest), .faint)
  }

  // MARK: Words

  private var stage: String {
    let calls = "\(picture.calls.grouped) calls read"
    return switch picture.stage {
    case .starting: "the watcher starts"
    case .day(let time): "\(Self.clock(time)) UTC   \(calls)"
    case .loop(let call, let tokens):
      "\(calls)   the agent's call \(call): \(tokens.grouped) tokens of context"
    case .halted: "\(calls)   \(DemoScreen.halted)"
    case .resumed: "\(calls)   a person resumed the key"
    }
  }
  private static let halted = "halted: the fuse has blown"

  /// `2026-11-24 10:20`
  private static func clock(_ time: EngineTime) -> String {
    String(time.rfc3339.prefix(16)).replacing("T", with: " ")
  }

  /// An event is one line, or two where it does not fit.
  private func event(_ event: DemoEvent, _ width: Int, _ terminal: OutputTerminal) -> [String] {
    let tenths = event.at / 100
    let isNarrow = width < 64
    let time = isNarrow ? "" : Self.padded("\(tenths / 10).\(tenths % 10) s", 7, toRight: true) + "  "
    let kind = Self.padded(event.kind.rawValue, 8)
    let indent = time.columns + 8
    let lines = event.text.printable.wrapped(to: min(width, 120) - indent)
    let second = lines.dropFirst().joined(separator: " ").fitted(to: width - indent)
    let first = terminal.text(time, .faint) + terminal.text(kind, look(event.kind)) + lines[0]
    return second.isEmpty ? [first] : [first, String(repeating: " ", count: indent) + second]
  }

  private func look(_ kind: DemoEvent.Kind) -> OutputTerminal.Look {
    switch kind {
    case .halt, .log: .red
    case .alert: .yellow
    case .resume: .green
    case .watch, .day, .loop, .stop: .faint
    }
  }

  private static func padded(_ text: String, _ width: Int, toRight: Bool = false) -> String {
    let blank = String(repeating: " ", count: max(0, width - text.columns))
    return toRight ? blank + text : text + blank
  }
}
