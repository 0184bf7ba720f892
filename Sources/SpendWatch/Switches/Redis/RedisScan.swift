import Foundation
import SpendEngine

/// A walk over the keyspace for halts that somebody else wrote, a bounded part a round: at start, and every 30 s after the last ended.
struct RedisScan {
  /// Keys looked at in one SCAN, and SCANs in one round: 20,000 keys, about 10 ms of the server's time.
  private static let count = 1_000
  private static let most = 20
  private static let pause: Milliseconds = 30 * .second

  private let prefix: String
  private let pattern: String
  private var cursor: String?
  private var isFirst = true
  private var nextStart = EngineTime.distantPast
  private var left = 0

  init(prefix: String) {
    self.prefix = prefix
    pattern = prefix.reduce(into: "") { $0 += "*?[]\\".contains($1) ? "\\\($1)" : "\($1)" } + "*:halt"
  }

  mutating func begin(_ now: EngineTime) {
    left = Self.most
    // A clock that stepped back must not put the next walk off for long.
    if cursor == nil, now >= nextStart || now + Self.pause < nextStart { cursor = "0" }
  }

  /// nil = enough for this round.
  var next: [String]? {
    guard left > 0, let cursor else { return nil }
    return ["SCAN", cursor, "MATCH", pattern, "COUNT", String(Self.count)]
  }

  mutating func giveUp(_ now: EngineTime) {
    cursor = nil
    nextStart = now + Self.pause
  }

  mutating func take(_ reply: RedisReply, _ now: EngineTime) -> [SwitchName] {
    left -= 1
    guard reply.elements.count == 2, let following = reply.elements[0].text else {
      giveUp(now)
      return []
    }
    if following == "0" { giveUp(now) } else { cursor = following }
    return reply.elements[1].elements.compactMap { $0.text.flatMap(name(of:)) }
  }

  /// The place whose flag this key is; nil for keys of other kinds.
  private func name(of key: String) -> SwitchName? {
    // By bytes: as characters, a name that begins with a combining mark would eat the colon before it.
    let suffix = ":halt".utf8
    let bytes = key.utf8.dropFirst(prefix.utf8.count)
    guard key.utf8.starts(with: prefix.utf8), bytes.count >= suffix.count,
      bytes.suffix(suffix.count).elementsEqual(suffix)
    else { return nil }
    let middle = bytes.dropLast(suffix.count)
    if middle.elementsEqual("global".utf8) { return .global }
    for kind in [HaltTarget.key, .task] {
      let start = "\(kind.rawValue):".utf8
      if middle.starts(with: start) {
        return SwitchName(kind: kind, encoded: String(decoding: middle.dropFirst(start.count), as: UTF8.self))
      }
    }
    return nil
  }
}
