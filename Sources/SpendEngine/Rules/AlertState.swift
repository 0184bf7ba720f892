/// Which rule's alert on which subject.
struct AlertKey: Sendable, Hashable {
  /// Index in the rule set.
  var rule: Int
  var series: SeriesID
}

/// The life of one breach: made when the first step is reached, gone when it resolves.
struct AlertState: Sendable, Hashable {
  /// Per cent of the limit; 100 = firing.
  var level: Int64 = 0
  /// The highest level people were told; behind `level` while a digest waits.
  var told: Int64 = 0
  /// The most public mode in which it was told: a shadow's alert is not known to people.
  var mode = Mode.shadow
  /// The window that was breached, whatever the rule's is now.
  var window: Window
  /// Start and end of the calendar window it stands for; nil where no clock ends it.
  var windowStart: EngineTime?
  var windowEnd: EngineTime?
  /// Stands for the window's start where there is none.
  var incident: Int64 = 0
  var since: EngineTime
  /// Whom the rule halted; nil while its halt does not stand.
  var halted: Subject?
  /// Halts decided in this breach: a second one follows a person's resume.
  var halts: Int64 = 0
  /// After a person's resume: the value at which the rule halts again, or `.max`.
  var headroomValue: Int64?
  /// After a person's resume for a time: until when.
  var headroomEnd: EngineTime?
  var resumedBy = ""
  /// In the metric's unit: the value when the level was reached, and the limit that it was judged by last; of a rule that looks at calls,
  /// those of the last that met its condition.
  var value: Int64 = 0
  var limit: Int64 = 0
  /// Levels whose condition holds since then, and not yet for as long as `for` says; each once.
  var pending: [Pending] = []
  /// Since when the value has been below `clear_at`; of a rule that looks at calls, when one met its condition last.
  var quietSince: EngineTime?

  struct Pending: Sendable, Hashable {
    var level: Int64
    var since: EngineTime
  }

  init(window: Window, since: EngineTime) {
    self.window = window
    self.since = since
  }

  /// 2 had nothing behind `resumedBy`.
  private static let versions: ClosedRange<UInt8> = 2...3

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(AlertState.versions.upperBound)
    writer.signed(level)
    writer.signed(told)
    writer.byte(mode.rawValue)
    writer.string(window.name)
    writer.time(windowStart)
    writer.time(windowEnd)
    writer.signed(incident)
    writer.time(since)
    writer.byte(halted == nil ? 0 : 1)
    if let halted { halted.write(&writer) }
    writer.signed(halts)
    writer.byte(headroomValue == nil ? 0 : 1)
    writer.signed(headroomValue ?? 0)
    writer.time(headroomEnd)
    writer.string(resumedBy)
    writer.signed(value)
    writer.signed(limit)
    writer.unsigned(UInt64(pending.count))
    for pending in pending {
      writer.signed(pending.level)
      writer.time(pending.since)
    }
    writer.time(quietSince)
    return writer.bytes
  }

  /// nil where the bytes are damaged, or say what this build does not know.
  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    let version = reader.byte()
    guard AlertState.versions.contains(version) else { return nil }
    level = reader.signed()
    told = reader.signed()
    guard let mode = Mode(rawValue: reader.byte()), let window = Window(name: reader.string()) else {
      return nil
    }
    self.mode = mode
    self.window = window
    windowStart = reader.time()
    windowEnd = reader.time()
    incident = reader.signed()
    since = reader.time() ?? .distantPast
    if reader.byte() != 0 {
      guard let subject = Subject(&reader) else { return nil }
      halted = subject
    }
    halts = reader.signed()
    let hasValue = reader.byte() != 0
    let value = reader.signed()
    headroomValue = hasValue ? value : nil
    headroomEnd = reader.time()
    resumedBy = reader.string()
    if version > 2 {
      self.value = reader.signed()
      limit = reader.signed()
      for _ in 0..<min(reader.number(Int.self), 100) {
        let level = reader.signed()
        pending.append(Pending(level: level, since: reader.time() ?? .distantPast))
      }
      quietSince = reader.time()
    }
    if reader.failed || !reader.isAtEnd { return nil }
  }
}

extension Subject {
  func write(_ writer: inout ByteWriter) {
    writer.byte(per.rawValue)
    writer.unsigned(UInt64(names.count))
    for name in names { writer.string(name) }
    writer.string(alias ?? "")
  }
  /// nil where it counts by what this build does not know, or has more names or fewer than that takes.
  init?(_ reader: inout ByteReader) {
    guard let per = Per(stored: reader.byte()), reader.number(Int.self) == per.dimensions.count else {
      return nil
    }
    let names = per.dimensions.map { _ in reader.string() }
    let alias = reader.string()
    self.init(per, names, alias: alias.isEmpty ? nil : alias)
  }
}
