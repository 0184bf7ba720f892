/// What the spike rules know of their subjects: a column a rule, in pages of 64 subjects.
struct SpikeTable: Sendable {
  /// One rule's subjects.
  struct Column: Sendable {
    let name: String
    let per: Per
    /// Of name and `per`: it tells the pages of rules apart.
    fileprivate let hash: UInt64
    private(set) var states: [SpikeState] = []
    private var places: [SeriesID: Int] = [:]
    /// By page: the sequence up to which journal events are in it (only matters at start).
    var sequences: [Int: Int64] = [:]

    init(name: String, per: Per) {
      self.name = name
      self.per = per
      var writer = ByteWriter()
      writer.string(name)
      writer.byte(per.rawValue)
      hash = SipHash(key: (0x7370_656e_6466_7573, 0x6520_7370_696b_6573))(writer.bytes)
    }

    subscript(series: SeriesID) -> SpikeState? { places[series].map { states[$0] } }

    var subjects: [SeriesID] { places.keys.sorted() }

    mutating func observe(
      _ series: SeriesID, _ event: UsageEvent, call: Int64, _ calendar: HourCalendar, _ rule: SpikeRule
    ) -> SpikeVerdict {
      let place = places[series] ?? add(SpikeState(first: event.time, calendar: calendar, rule: rule), series)
      return states[place].observe(
        time: event.time, cost: event.cost.rawValue, call: call, calendar: calendar, rule: rule)
    }

    fileprivate mutating func accept(
      _ series: SeriesID, at time: EngineTime, _ calendar: HourCalendar, _ rule: SpikeRule
    ) -> SpikeStep? {
      places[series].flatMap { states[$0].accept(at: time, calendar: calendar, rule: rule) }
    }

    @discardableResult
    fileprivate mutating func add(_ state: SpikeState, _ series: SeriesID) -> Int {
      if let place = places[series] {
        states[place] = state
        return place
      }
      places[series] = states.count
      states.append(state)
      return states.count - 1
    }
  }

  /// By rule, as `RuleSet` numbers them.
  private(set) var columns: [Int: Column] = [:]

  static let pageSize = 64

  init() {}

  /// Makes a column for each spike rule; what an earlier set of rules knew under the same name goes on.
  init(_ rules: [Rule], keeping old: SpikeTable = SpikeTable()) {
    for (index, rule) in rules.enumerated() {
      guard case .spike = rule.kind else { continue }
      columns[index] =
        old.columns.values.first { $0.name == rule.name && $0.per == rule.per }
        ?? Column(name: rule.name, per: rule.per)
    }
  }

  subscript(rule: Int, series: SeriesID) -> SpikeState? { columns[rule]?[series] }

  /// - Parameter most: subjects that a rule knows; of who comes later it learns nothing, and says nothing.
  mutating func observe(
    _ rule: Int, _ series: SeriesID, _ event: UsageEvent, call: Int64, _ calendar: HourCalendar,
    _ spike: SpikeRule, most: Int
  ) -> SpikeVerdict {
    if let column = columns[rule], column.states.count >= most, column[series] == nil {
      return SpikeVerdict(level: .none, score: 0, ended: nil)
    }
    return columns[rule]?.observe(series, event, call: call, calendar, spike)
      ?? SpikeVerdict(level: .none, score: 0, ended: nil)
  }

  /// See `SpikeState.accept`.
  mutating func accept(
    _ rule: Int, _ series: SeriesID, at time: EngineTime, _ calendar: HourCalendar, _ spike: SpikeRule
  ) -> SpikeStep? {
    columns[rule]?.accept(series, at: time, calendar, spike)
  }

  // MARK: Pages

  private static let version: UInt8 = 1

  /// The id of the page that holds a subject.
  func page(_ rule: Int, _ series: SeriesID) -> Int64 {
    columns[rule].map { SpikeTable.id($0, page: Int(series) / SpikeTable.pageSize) } ?? 0
  }

  /// Every page of one rule.
  static func pages(_ column: Column) -> [Int64] {
    Set(column.subjects.map { Int($0) / pageSize }).sorted().map { id(column, page: $0) }
  }

  /// Kind in bits 56 to 63, a hash of the rule's name in 24 to 55, the page's number below; the name itself is in the page.
  private static func id(_ column: Column, page: Int) -> Int64 {
    return PageKind.spike.tag | Int64(column.hash & 0xffff_ffff) << 24 | Int64(page & 0xff_ffff)
  }

  /// nil where no rule has the page any more.
  func encoded(page id: Int64) -> [UInt8]? {
    let number = Int(id & 0xff_ffff)
    guard let column = columns.values.first(where: { SpikeTable.id($0, page: number) == id }) else {
      return nil
    }
    var writer = ByteWriter()
    writer.byte(SpikeTable.version)
    writer.string(column.name)
    writer.byte(column.per.rawValue)
    let first = number * SpikeTable.pageSize
    let known = (first..<first + SpikeTable.pageSize).compactMap { series in
      column[SeriesID(series)].map { (series, $0) }
    }
    writer.unsigned(UInt64(known.count))
    for (series, state) in known {
      writer.unsigned(UInt64(series))
      writer.blob(state.encoded())
    }
    return writer.bytes
  }

  enum Restored {
    case taken
    /// No rule wants it.
    case foreign
    case damaged
  }

  /// Takes in a stored page.
  /// - Parameters:
  ///   - subjects: how many there are of a `per`; a page of others is damaged.
  ///   - isWanted: whether a rule's states of this page are of that rule, and not of an earlier one of its name.
  mutating func restore(
    page id: Int64, sequence: Int64, _ blob: [UInt8], subjects: (Per) -> Int, isWanted: (Column) -> Bool
  ) -> Restored {
    var reader = ByteReader(blob)
    guard reader.byte() == SpikeTable.version else { return .damaged }
    let name = reader.string()
    guard let per = Per(stored: reader.byte()), !reader.failed else { return .damaged }
    guard let rule = columns.first(where: { $0.value.name == name && $0.value.per == per }),
      isWanted(rule.value)
    else { return .foreign }
    let count = reader.number(Int.self)
    guard count <= SpikeTable.pageSize else { return .damaged }
    for _ in 0..<count {
      let series = reader.number(SeriesID.self)
      guard let state = SpikeState(Array(reader.blob())), !reader.failed, Int(series) < subjects(per) else {
        return .damaged
      }
      columns[rule.key]?.add(state, series)
    }
    columns[rule.key]?.sequences[Int(id & 0xff_ffff)] = sequence
    return reader.failed || !reader.isAtEnd ? .damaged : .taken
  }

  /// Whether a journal row is in the stored page of a subject already.
  func holds(_ rule: Int, _ series: SeriesID, _ sequence: Int64) -> Bool {
    sequence <= columns[rule]?.sequences[Int(series) / SpikeTable.pageSize] ?? 0
  }
}
