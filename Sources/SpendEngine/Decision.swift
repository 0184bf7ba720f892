/// What must be done, and why: the only thing the engine says. `replay` prints it, `watch` acts on it.
package struct Decision: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case alert, halt, resume, resolve
  }
  /// A step below the limit in per cent, or the limit itself.
  package enum Level: Sendable, Hashable {
    case step(Int64)
    case firing
    /// `50%`, `firing`
    package var name: String {
      switch self {
      case .step(let percent): "\(percent)%"
      case .firing: "firing"
      }
    }
  }

  /// What stands for a rule's name where none decided; no rule may be called so.
  package static let brake = "brake"
  package static let person = "operator"
  /// Of `notify --test`.
  package static let trial = "spendfuse-test"

  package var kind: Kind
  package var at: EngineTime
  /// The rule's name; `brake` for the brake's page, `person` for a person's acts.
  package var rule: String
  /// The subject that breached.
  package var subject: Subject
  /// Who is halted or resumed; nil for alerts.
  package var target: Subject?
  package var level: Level
  package var metric: Metric
  /// In the metric's unit.
  package var value: Int64
  package var limit: Int64
  package var window: Window
  /// The calendar window it stands for; nil for lifetime.
  package var windowStart: EngineTime?
  package var windowEnd: EngineTime?
  package var mode: Mode
  /// Why it was lifted or how it is meant, for people; may be empty.
  package var note: String
  /// Set for `halt` and `alert` at the limit where a halt goes with it: until when.
  package var haltUntil: EngineTime?
  /// The rule's halt is held by the brake.
  package var isHeld: Bool
  /// The dearest price stood in for a model without a price: its name.
  package var guessedModel: String?
  /// Equal for every message of one alert (rule, subject, window or incident): `fingerprint` and idempotency keys come from it.
  package var alertID: UInt64
  /// Halts before this one in the same alert (a person lifted them): tells their messages apart.
  package var repeats: Int64
  /// Belongs to the digest of a catch-up: an alert is told with it; a halt stands at once, and the alert that comes with the digest tells
  /// of it; a resume ends such a halt before anybody was told.
  package var isDigest: Bool
  /// How the halt that `haltUntil` is about ends; nil where no rule says.
  package var haltEnd: HaltEnd?
  /// Of a rule that looks at calls: what the one that met its condition was for. Empty where it named none.
  package var call: Call?

  package struct Call: Sendable, Hashable {
    package var key: String
    package var task: String
    package var model: String
    package init(key: String = "", task: String = "", model: String = "") {
      self.key = key
      self.task = task
      self.model = model
    }
  }

  /// A halt that stands already lasts longer: for the audit, no news to people.
  package var isExtension = false
  /// Of a spike: what its subject usually spends in the window, in nano-dollars; nil for other rules. `limit` is then what would be enough.
  package var baseline: Int64?
  /// When the alert that it belongs to began; nil where there is none.
  package var since: EngineTime?
  /// The record that moved it.
  package var file: FileID?
  package var offset: Int64

  package init(
    kind: Kind, at: EngineTime, rule: String, subject: Subject, target: Subject? = nil, level: Level,
    metric: Metric,
    value: Int64, limit: Int64, window: Window, windowStart: EngineTime? = nil, windowEnd: EngineTime? = nil,
    mode: Mode,
    note: String = "", haltUntil: EngineTime? = nil, isHeld: Bool = false, guessedModel: String? = nil,
    alertID: UInt64, repeats: Int64 = 0, isDigest: Bool = false, file: FileID? = nil, offset: Int64 = 0
  ) {
    self.kind = kind
    self.at = at
    self.rule = rule
    self.subject = subject
    self.target = target
    self.level = level
    self.metric = metric
    self.value = value
    self.limit = limit
    self.window = window
    self.windowStart = windowStart
    self.windowEnd = windowEnd
    self.mode = mode
    self.note = note
    self.haltUntil = haltUntil
    self.isHeld = isHeld
    self.guessedModel = guessedModel
    self.alertID = alertID
    self.repeats = repeats
    self.isDigest = isDigest
    self.file = file
    self.offset = offset
  }
}
