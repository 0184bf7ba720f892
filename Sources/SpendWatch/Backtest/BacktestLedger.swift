import SpendEngine

/// Follows a replay: which breaches stand, and what is spent meanwhile. It is shown each event before the decisions that come with a later
/// one, so an event counts for what stood when it came.
final class BacktestLedger {
  private let reaction: Milliseconds
  private(set) var trips: [BacktestTrip] = []
  /// Spent while some halt would have worked, each event once.
  private(set) var saved = NanoUSD.zero
  private(set) var spent = NanoUSD.zero
  /// First and last event of each key.
  private var keys: [NameID: ClosedRange<EngineTime>] = [:]
  /// The same by name, at the end.
  private(set) var named: [String: ClosedRange<EngineTime>] = [:]

  /// By alert, the trip that is its; an alert can halt more than once.
  private var byAlert: [UInt64: Int] = [:]
  /// Trips whose sums go on, with the numbers of their subjects, by key, by task, and the rest.
  private var open: [Int: Numbers] = [:]
  private var byKey: [NameID: Set<Int>] = [:]
  private var byTask: [NameID: Set<Int>] = [:]
  private var others: Set<Int> = []
  /// Halted tasks are followed to the end of the logs.
  private var halted: [NameID: [Int]] = [:]
  private var tasks: [NameID: NanoUSD] = [:]
  private var lastKey = NameTable.none

  private struct Numbers {
    var subject: SeriesID?
    var target: SeriesID?
  }

  private(set) var scorer: IncidentScorer?
  private var incidents: [NameID: [Int]] = [:]

  init(reaction: Milliseconds, labels: [IncidentLabel]) {
    self.reaction = reaction
    if !labels.isEmpty { scorer = IncidentScorer(labels) }
  }

  // MARK: Events

  func add(_ event: UsageEvent, _ engine: borrowing Engine) {
    lastKey = event.key
    spent += event.cost
    if event.task != NameTable.none { tasks[event.task, default: .zero] += event.cost }
    if let known = keys[event.key] {
      keys[event.key] = min(known.lowerBound, event.time)...max(known.upperBound, event.time)
    } else {
      keys[event.key] = event.time...event.time
      if let scorer { incidents[event.key] = scorer.incidents(of: engine.keyName(event.key)) }
    }
    if let these = incidents[event.key], !these.isEmpty {
      scorer?.add(event.cost, at: event.time, incidents: these)
    }
    for index in halted[event.task] ?? [] { trips[index].taskAfter += event.cost }
    var isSaved = false
    for group in [byKey[event.key], byTask[event.task], others] {
      for index in group ?? [] where count(event, index, engine) { isSaved = true }
    }
    if isSaved { saved += event.cost }
  }

  /// - Returns: whether its halt would have refused the event.
  private func count(_ event: UsageEvent, _ index: Int, _ engine: borrowing Engine) -> Bool {
    guard let numbers = open[index] else { return false }
    if trips[index].resolvedAt == nil, let subject = numbers.subject,
      engine.isOf(trips[index].subject.per, subject, event)
    {
      trips[index].after += event.cost
    }
    guard let since = trips[index].haltedAt, trips[index].haltEndedAt == nil, let number = numbers.target,
      let target = trips[index].target, engine.isOf(target.per, number, event)
    else { return false }
    guard event.time >= since + reaction else {
      trips[index].inReaction += event.cost
      return false
    }
    trips[index].saved += event.cost
    return true
  }

  func end(_ engine: borrowing Engine) {
    for (key, span) in keys where key != NameTable.none { named[engine.keyName(key)] = span }
  }

  // MARK: Decisions

  func add(_ decision: Decision, log: String?, _ engine: borrowing Engine) {
    if [Decision.brake, Decision.person].contains(decision.rule) { return }
    switch decision.kind {
    case .alert where decision.level == .firing: _ = trip(of: decision, log, engine)
    case .halt where !decision.isHeld && !decision.isExtension: halt(decision, log, engine)
    case .resolve:
      guard let index = byAlert.removeValue(forKey: decision.alertID) else { return }
      trips[index].resolvedAt = decision.at
      close(index)
    case .resume:
      for index in open.keys.sorted()
      where trips[index].rule == decision.rule && trips[index].target == decision.target
        && trips[index].haltEndedAt == nil
      {
        trips[index].haltEndedAt = decision.at
        close(index)
      }
    case .alert, .halt: break
    }
  }

  private func trip(of decision: Decision, _ log: String?, _ engine: borrowing Engine) -> Int {
    if let known = byAlert[decision.alertID] { return known }
    let places = zip(decision.subject.per.dimensions, decision.subject.names)
    let own = places.first { $0.0 == .key }?.1 ?? decision.call?.key
    let moved = decision.file == nil || lastKey == NameTable.none ? nil : engine.keyName(lastKey)
    trips.append(
      BacktestTrip(
        rule: decision.rule, subject: decision.subject, key: own ?? moved, metric: decision.metric,
        value: decision.value, limit: decision.limit, at: decision.at, log: log, offset: decision.offset))
    let index = trips.count - 1
    byAlert[decision.alertID] = index
    scorer?.alert(key: trips[index].key, at: decision.at, isHalt: false, rule: decision.rule)
    open[index] = Numbers(subject: engine.number(of: [decision.subject]))
    file(index, decision.subject, open[index]?.subject)
    return index
  }

  private func halt(_ decision: Decision, _ log: String?, _ engine: borrowing Engine) {
    guard let target = decision.target else { return }
    var index = trip(of: decision, log, engine)
    if trips[index].haltedAt != nil {
      // Halted again in one alert: its own trip, as its spend is counted from here.
      guard trips[index].haltEndedAt != nil else { return }
      byAlert[decision.alertID] = nil
      trips[index].resolvedAt = decision.at
      close(index)
      index = trip(of: decision, log, engine)
    }
    scorer?.alert(key: trips[index].key, at: decision.at, isHalt: true, rule: decision.rule)
    let number = engine.number(of: [target])
    (trips[index].target, trips[index].haltedAt) = (target, decision.at)
    (trips[index].value, trips[index].limit) = (decision.value, decision.limit)
    open[index]?.target = number
    file(index, target, number)
    if target.per == .task, let number {
      trips[index].taskBefore = tasks[number] ?? .zero
      halted[number, default: []].append(index)
    }
  }

  // MARK: What stands

  private func file(_ index: Int, _ subject: Subject, _ number: SeriesID?) {
    switch subject.per {
    case .key: if let number { byKey[number, default: []].insert(index) }
    case .task: if let number { byTask[number, default: []].insert(index) }
    default: others.insert(index)
    }
  }

  /// Whatever is over need not be looked at with every event.
  private func close(_ index: Int) {
    let trip = trips[index]
    guard trip.resolvedAt != nil, trip.haltedAt == nil || trip.haltEndedAt != nil else { return }
    let numbers = open.removeValue(forKey: index)
    for number in [numbers?.subject, numbers?.target].compactMap({ $0 }) {
      byKey[number]?.remove(index)
      byTask[number]?.remove(index)
    }
    others.remove(index)
  }
}

extension Engine {
  fileprivate func keyName(_ number: NameID) -> String { intake.names.subject(.key, number).names[0] }
}
