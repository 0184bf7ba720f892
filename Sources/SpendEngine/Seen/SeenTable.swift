/// Which calls were counted (SEMANTICS 4): filed by event-time day, since a copy carries its original's time.
package struct SeenTable: ~Copyable {
  /// What a record of a known identity is.
  package enum Sighting {
    case new
    /// Counted before; `nil` where only its fingerprint is left (an old day).
    case duplicate(SeenEntry?)
  }

  private var days: [Int64: SeenDay] = [:]
  /// Days that an entry is kept.
  private static let kept: Int64 = 35
  /// Days whose entries stay exact.
  private static let exactDays: Int64 = 2
  private let cap: Int
  /// Exact entries of old days, at most about so many between two midnights.
  private let exactCap: Int
  package private(set) var count = 0
  /// Of `count`, those that are not pressed.
  private var exact = 0
  /// `exact` and `count` at which ageing is worth another try.
  private var (exactTrip, countTrip): (Int, Int)
  /// Times the oldest day was dropped because the table was full.
  package private(set) var droppedDays = 0

  /// - Parameters:
  ///   - cap: calls kept at most, about; at it the oldest day goes.
  ///   - exactCap: calls whose sizes are kept at most, about; at it old days are pressed before their midnight comes.
  package init(cap: Int = 16_000_000, exactCap: Int = 1_000_000) {
    self.cap = cap
    self.exactCap = exactCap
    (exactTrip, countTrip) = (exactCap, cap)
  }

  /// Whether `age` must not wait for midnight.
  package var isFull: Bool { exact > exactTrip || count > countTrip }

  static func day(of time: EngineTime) -> Int64 {
    time.milliseconds.dividedDown(by: .day)
  }

  /// Whether the id of a call of `time` is still kept.
  static func keeps(_ time: EngineTime, at now: EngineTime) -> Bool { day(of: time) >= day(of: now) - kept }

  /// Days in which a copy of a call of `time` may be filed: its own, and the neighbour within an hour of the edge (the lines of one call
  /// are seconds apart).
  private static func candidates(_ time: EngineTime) -> (Int64, Int64?) {
    let day = day(of: time)
    // Wrapping: the product lies below Int64 for the least times, the difference never does.
    let sinceMidnight = time.milliseconds &- day &* .day
    if sinceMidnight < .hour { return (day, day - 1) }
    if sinceMidnight >= .day - .hour { return (day, day + 1) }
    return (day, nil)
  }

  package func look(_ fingerprint: UInt64, detail: UInt32, isLoose: Bool, at time: EngineTime) -> Sighting {
    let (day, neighbour) = SeenTable.candidates(time)
    let own = look(fingerprint, detail: detail, isLoose: isLoose, in: day)
    if case .new = own, let neighbour {
      return look(fingerprint, detail: detail, isLoose: isLoose, in: neighbour)
    }
    return own
  }

  /// Whether the fingerprint is taken, whoever's call it is.
  package func holds(_ fingerprint: UInt64, at time: EngineTime) -> Bool {
    if case .new = look(fingerprint, detail: 0, isLoose: true, at: time) { false } else { true }
  }

  private func look(_ fingerprint: UInt64, detail: UInt32, isLoose: Bool, in day: Int64) -> Sighting {
    guard let part = days[day]?.parts[SeenDay.partition(of: fingerprint)] else { return .new }
    if let entry = part.entries[fingerprint] {
      return entry.isSameCall(detail: detail, isLoose: isLoose) ? .duplicate(entry) : .new
    }
    return part.runContains(fingerprint) ? .duplicate(nil) : .new
  }

  /// Files an event that was folded: a new call, or the correction of one (which carries its first sighting's time). Returns its page.
  package mutating func record(_ event: UsageEvent) -> Int64 {
    let day = SeenTable.day(of: event.time)
    let partition = SeenDay.partition(of: event.fingerprint)
    let page = SeenTable.page(of: event)
    if event.isCorrection {
      days[day]?.parts[partition].entries[event.fingerprint]?.add(event)
      return page
    }
    if days[day] == nil { days[day] = SeenDay() }
    let before = days[day]?.parts[partition].entries.updateValue(SeenEntry(event), forKey: event.fingerprint)
    if before == nil {
      count += 1
      exact += 1
    }
    return page
  }

  // MARK: Pages

  static func page(day: Int64, partition: Int) -> Int64 {
    PageKind.seen.tag | (day & 0xffff_ffff) << 8 | Int64(partition)
  }

  static func page(of event: UsageEvent) -> Int64 {
    page(day: day(of: event.time), partition: SeenDay.partition(of: event.fingerprint))
  }

  /// The page's bytes, nil where the day is gone.
  package func encoded(page: Int64) -> [UInt8]? {
    let day = Int64(Int32(truncatingIfNeeded: page >> 8))
    guard let part = days[day]?.parts[Int(page & 0xf)], !part.isEmpty else { return nil }
    return part.encoded()
  }

  /// Takes in a stored page; false if it is damaged.
  package mutating func restore(page: Int64, _ blob: [UInt8]) -> Bool {
    let partition = Int(page & 0xff)
    guard partition < SeenDay.partitions, page >> 40 == PageKind.seen.rawValue << 16,
      let part = SeenDay.Partition(blob)
    else { return false }
    let day = Int64(Int32(truncatingIfNeeded: page >> 8))
    if days[day] == nil { days[day] = SeenDay() }
    days[day]?.parts[partition] = part
    count += part.count
    exact += part.entries.count
    return true
  }

  /// Presses days that are past, drops those that are too old, and makes room at the cap. Returns the pages that changed. Done at midnights
  /// of engine time and when the table is full, never by the clock of commits: what a duplicate is must not depend on them.
  /// - Parameter isOpen: which pages may be pressed; all by default.
  package mutating func age(to now: EngineTime, where isOpen: (Int64) -> Bool = { _ in true }) -> [Int64] {
    let today = SeenTable.day(of: now)
    var changed: [Int64] = []
    for day in days.keys.sorted() {
      let isOverfull = count > cap
      if day < today - SeenTable.kept || isOverfull && day < today {
        if isOverfull { droppedDays += 1 }
        for (index, part) in (days[day]?.parts ?? []).enumerated() where !part.isEmpty {
          count -= part.count
          exact -= part.entries.count
          changed.append(SeenTable.page(day: day, partition: index))
        }
        days[day] = nil
      } else if day < today - SeenTable.exactDays {
        for index in 0..<SeenDay.partitions {
          guard let pressed = days[day]?.parts[index].entries.count, pressed > 0,
            isOpen(SeenTable.page(day: day, partition: index))
          else { continue }
          exact -= pressed
          days[day]?.parts[index].compact()
          changed.append(SeenTable.page(day: day, partition: index))
        }
      }
    }
    exactTrip = max(exactCap, exact + exact / 4)
    countTrip = max(cap, count + count / 64)
    return changed
  }
}

extension Int64 {
  /// Division that rounds down, also below zero. `divisor` > 0.
  @inlinable package func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
