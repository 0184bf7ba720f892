package import SpendEngine

/// Daily caps for keys: one of its own for each key that has a week of days, one for all others.
package struct KeyCaps: Sendable {
  /// Of keys with a week of their own; one key alone needs no exception from a rule.
  package let own: [(key: History.Key, cap: DayCap)]
  /// From the days of the other keys taken together; nil where every key has its own.
  package let others: DayCap?
  /// How many those are.
  package let otherKeys: Int
  /// For every key that has none of its own, those to come included.
  package let limit: NanoUSD
  /// It is the median of the caps of their own: a new key is like the usual one, and not like the few that spend too little to have one.
  package let isMedian: Bool
  /// Days of keys that came to the limit of their key, the dearest first.
  package let reached: [DayCap.Spend]
  /// Days of keys with spend.
  package let keyDays: [DayCap.Spend]

  /// Own caps at most, the dearest keys first: a longer list nobody reads.
  static let most = 50
  /// A key that has not been seen for so long needs no line.
  static let recent: Milliseconds = 30 * .day
  /// Longer names, as YAML has them, stay without.
  static let longestName = 400

  /// nil where no call names a key.
  init?(_ history: History, _ options: SuggestOptions) {
    guard !history.keys.isEmpty else { return nil }
    var own: [(key: History.Key, cap: DayCap)] = []
    var rest: [History.Key] = []
    // An override names every key of that name or alias, and names are compared as text: of two that look alike neither can be meant alone.
    var bearers: [String: Int] = [:]
    for key in history.keys {
      for name in Set([key.name, key.alias ?? key.name]) { bearers[name, default: 0] += 1 }
    }
    let end = history.span?.upperBound ?? history.now
    for key in history.keys {
      let isRecent = (key.days.last?.start ?? .distantPast) > end + -KeyCaps.recent
      if history.keys.count > 1, own.count < KeyCaps.most, isRecent,
        YAMLText.scalar(key.name).count <= KeyCaps.longestName, bearers[key.name] == 1,
        let cap = DayCap(KeyCaps.spends(key), options), cap.isEnough
      {
        own.append((key, cap))
      } else {
        rest.append(key)
      }
    }
    let together = rest.flatMap(KeyCaps.spends).sorted { $0.day.start < $1.day.start }
    let others = DayCap(together, options)
    let ownLimits = own.map(\.cap.limit).sorted()
    let median = ownLimits.dropFirst((ownLimits.count - 1) / 2).first
    guard let limit = [others?.limit, median].compactMap({ $0 }).max() else { return nil }
    // All that is left to say of a key whose own cap is everybody's is nothing.
    self.own = own
    self.others = others
    otherKeys = rest.count
    self.limit = limit
    isMedian = limit != others?.limit
    let limits = Dictionary(own.map { ($0.key.name, $0.cap.limit) }) { first, _ in first }
    keyDays = history.keys.flatMap(KeyCaps.spends)
    reached = history.keys.flatMap { key in
      KeyCaps.spends(key).filter { $0.amount >= limits[key.name] ?? limit }
    }.sorted { $0.amount > $1.amount }
  }

  /// The largest cap a key has.
  package var largest: NanoUSD { own.map(\.cap.limit).reduce(limit, max) }

  package var isEnough: Bool { isMedian || others?.isEnough ?? true }

  private static func spends(_ key: History.Key) -> [DayCap.Spend] {
    key.days.map { DayCap.Spend(day: $0, key: key.label) }
  }
}
