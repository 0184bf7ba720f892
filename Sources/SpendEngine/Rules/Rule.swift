/// What a rule does when its condition holds. Raw values are stored: never reuse one; more public is larger.
package enum Mode: UInt8, Comparable, CaseIterable, Sendable, Hashable {
  /// Writes the decision and the audit only.
  case shadow = 0
  /// Alerts only.
  case warn = 1
  /// Alerts and halts.
  case enforce = 2

  package static func < (a: Mode, b: Mode) -> Bool { a.rawValue < b.rawValue }
  package var name: String {
    switch self {
    case .shadow: "shadow"
    case .warn: "warn"
    case .enforce: "enforce"
    }
  }
}

/// Which subject a rule halts at 100 %.
package enum HaltTarget: String, CaseIterable, Sendable, Hashable {
  case global, key, task
}

/// When a rule's halt ends by itself.
package enum HaltEnd: Hashable, Sendable {
  /// Only by a person.
  case manual
  /// At the end of the calendar window.
  case reset
  /// With the alert: where the value has fallen below `clear_at`.
  case clear
  /// After so many milliseconds, if the rule is not in breach then; else it is extended by as much.
  case after(Milliseconds)

  /// As rules files write it: `clear`, `30m`.
  package var name: String {
    switch self {
    case .manual: "manual"
    case .reset: "reset"
    case .clear: "clear"
    case .after(let span): span.spanText
    }
  }

  /// Whether the halt goes when its alert resolves.
  var isOfAlert: Bool { self == .reset || self == .clear }
}

/// What a window sums. Raw values are written in rules files, and stored: never give one another meaning.
package enum Metric: String, CaseIterable, Sendable, Hashable {
  case spend, requests, tokens
  case inputTokens = "input_tokens"
  case outputTokens = "output_tokens"
  case errors
  /// Errors among attempts, times 1e9.
  case errorRatio = "error_ratio"
  /// The ceiling that a request set itself.
  case maxTokens = "max_tokens"
  /// Calls made, failed ones too: the whole of `errorRatio`.
  case attempts

  /// What a window can be asked for, as written.
  package static let ofWindows: [Metric] = [
    .spend, .requests, .tokens, .inputTokens, .outputTokens, .errors, .errorRatio,
  ]
  /// What one call can be asked for, as written.
  package static let ofRequests: [Metric] = [.maxTokens, .spend, .tokens, .inputTokens, .outputTokens]
}

/// A rule: a condition on a subject's window, and what to do.
package struct Rule: Sendable, Hashable {
  /// Unique in a file; a renamed rule is a new rule.
  package var name: String
  package var per: Per
  package var kind: RuleKind
  /// What is done of `kind`'s verdict, already capped by the global mode.
  package var mode: Mode
  package var halt: HaltTarget?
  package var until: HaltEnd
  /// How long the condition must hold before anything is done (`for`, ms).
  package var hold: Milliseconds = 0
  /// How long an alert goes on after its condition has gone (`keep_firing_for`, ms).
  package var keepFiring: Milliseconds = 0
  package var notes = RuleNotes()

  package init(name: String, per: Per, kind: RuleKind, mode: Mode, halt: HaltTarget?, until: HaltEnd) {
    self.name = name
    self.per = per
    self.kind = kind
    self.mode = mode
    self.halt = halt
    self.until = until
  }
}

extension Rule {
  /// Whether whom it stops depends on the record that trips it (`per: global, halt: key`).
  var haltsByRecord: Bool {
    guard mode != .warn, let halt else { return false }
    return halt != .global && !per.isSuperset(of: halt.per)
  }
}

extension HaltTarget {
  package var per: Per {
    switch self {
    case .global: .global
    case .key: .key
    case .task: .task
    }
  }
}

/// More new halts than `halts` within `span`: further ones wait, and a person is paged. A person's halts and global halts do not count.
package struct BrakeSettings: Sendable, Hashable {
  /// At least 1.
  package var halts: Int
  /// Milliseconds.
  package var span: Milliseconds
  package init(halts: Int = 10, span: Milliseconds = 10 * .minute) {
    self.halts = halts
    self.span = span
  }
}

/// Everything the engine needs to know of a rules file.
package struct RuleSet: Sendable {
  package var rules: [Rule]
  package var brake: BrakeSettings
  /// Edges of every calendar period that some rule uses.
  package var calendars: [CalendarPeriod: CalendarTable]
  /// The rules' time zone: hours of the week are in it.
  package var hours = HourCalendar.utc
  /// A task whose last event is older than this (ms of event time) is not halted in catch-up.
  package var activeWithin: Milliseconds = 24 * .hour
  /// Subjects whose sums are kept ready, over everything that is counted by; those idle the longest are packed above it (`Cooling`).
  package var maxSubjects = 1_000_000

  package init(
    rules: [Rule], brake: BrakeSettings = BrakeSettings(), calendars: [CalendarPeriod: CalendarTable]
  ) {
    self.rules = rules
    self.brake = brake
    self.calendars = calendars
  }

  /// Subjects that a spike rule knows, at about a kilobyte each.
  var maxSpikeSubjects: Int { max(100, maxSubjects / 10) }

  /// Distinct names a dimension, and combinations a `per`, at most: further ones share `(other)`.
  var maxNames: Int { min(10_000_000, max(1, maxSubjects) * 10) }
}
