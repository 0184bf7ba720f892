internal import Logging
package import SpendEngine

/// What a demo looks like at one moment.
package struct DemoPicture: Sendable, Hashable {
  package enum Stage: Sendable, Hashable {
    case starting
    /// The day goes by: what time it is in it.
    case day(EngineTime)
    /// The agent loops: which call, with how many tokens.
    case loop(call: Int, tokens: Int64)
    case halted
    case resumed
  }

  /// A key against its limit, in nano-dollars.
  package struct Bar: Sendable, Hashable {
    package var name: String
    package var value: Int64
    package var limit: Int64
    package var isHalted = false
    package var isResumed = false

    package init(name: String, value: Int64, limit: Int64, isHalted: Bool = false, isResumed: Bool = false) {
      self.name = name
      self.value = value
      self.limit = limit
      self.isHalted = isHalted
      self.isResumed = isResumed
    }
  }

  package var stage: Stage
  package var bars: [Bar]
  /// Records that were read.
  package var calls: Int64
  /// In order.
  package var events: [DemoEvent]

  package init(stage: Stage, bars: [Bar], calls: Int64 = 0, events: [DemoEvent] = []) {
    self.stage = stage
    self.bars = bars
    self.calls = calls
    self.events = events
  }
}

/// Something that happened, on one line.
package struct DemoEvent: Sendable, Hashable {
  /// What it is about; the first word of its line.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case watch, day, loop, alert, halt, stop, resume, log
  }
  /// Since the demo began.
  package var at: Milliseconds
  package var kind: Kind
  package var text: String

  package init(at: Milliseconds, kind: Kind, text: String) {
    self.at = at
    self.kind = kind
    self.text = text
  }

  /// A line of the watcher's log: `alert 50%: 52 % of $20.00 used in the last 24h by key ci-bot (rule key-daily-cap)`
  package init(at: Milliseconds, _ line: CollectingLogHandler.Line) {
    self.at = at
    let name = line.text.prefix { $0 != " " && $0 != ":" }
    let said = line.text.firstRange(of: ": ").map { String(line.text[$0.upperBound...]) }
    switch (name, said) {
    case ("alert", let said?): (kind, text) = (.alert, said)
    case ("halt", let said?): (kind, text) = (.halt, said)
    case ("resume", let said?), ("resolve", let said?): (kind, text) = (.resume, said)
    default: (kind, text) = (.log, "\(line.level): \(line.text)")
    }
    // The command is for the demo's own state, which is gone when it could be run; that there is only one rule is said elsewhere.
    if let end = text.firstRange(of: "; lift it with: ") { text = String(text[..<end.lowerBound]) }
    text.replace(" (rule \(DemoRules.rule))", with: "")
  }
}
