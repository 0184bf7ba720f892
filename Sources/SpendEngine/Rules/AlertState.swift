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
  /// The calendar window it stands for; nil for lifetime.
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

  init(since: EngineTime) { self.since = since }

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(1)
    writer.signed(level)
    writer.signed(told)
    writer.byte(mode.rawValue)
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
    return writer.bytes
  }

  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == 1 else { return nil }
    level = reader.signed()
    told = reader.signed()
    mode = Mode(rawValue: reader.byte()) ?? .enforce
    windowStart = reader.time()
    windowEnd = reader.time()
    incident = reader.signed()
    since = reader.time() ?? .distantPast
    halted = reader.byte() == 0 ? nil : Subject(&reader)
    halts = reader.signed()
    let hasValue = reader.byte() != 0
    let value = reader.signed()
    headroomValue = hasValue ? value : nil
    headroomEnd = reader.time()
    resumedBy = reader.string()
    if reader.failed { return nil }
  }
}

extension Subject {
  func write(_ writer: inout ByteWriter) {
    writer.byte(per.rawValue)
    writer.unsigned(UInt64(names.count))
    for name in names { writer.string(name) }
    writer.string(alias ?? "")
  }
  init(_ reader: inout ByteReader) {
    let per = Per(rawValue: reader.byte())
    let count = min(reader.number(Int.self), 8)
    let names = (0..<count).map { _ in reader.string() }
    let alias = reader.string()
    self.init(per, names, alias: alias.isEmpty ? nil : alias)
  }
}
