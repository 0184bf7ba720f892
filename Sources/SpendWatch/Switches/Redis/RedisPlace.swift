import SpendEngine

/// Halts as Redis keys: `<prefix>key:<id>:halt` = `1`, and the reason in `<the same>:why`. Connects when it must, again after a failure.
/// The flag is always written before its reason and both in one transaction, so nobody sees half of it.
final class RedisPlace {
  let label: String
  private let settings: RedisSwitch
  private let address: RedisAddress?
  private var connection: RedisConnection?
  private var scan: RedisScan

  init(_ settings: RedisSwitch) {
    self.settings = settings
    address = RedisAddress(url: settings.url.revealed)
    label = "redis \(address?.label ?? URLLabel(settings.url.revealed).description)"
    scan = RedisScan(prefix: settings.prefix)
  }

  var identity: [String] {
    guard let address else { return ["redis", label, settings.prefix] }
    return ["redis", address.host.lowercased(), "\(address.port)", "\(address.database)", settings.prefix]
  }

  /// The flag's key.
  func flag(_ name: SwitchName) -> String {
    switch name.kind {
    case .global: "\(settings.prefix)global:halt"
    case .key: "\(settings.prefix)key:\(name.encoded):halt"
    case .task: "\(settings.prefix)task:\(name.encoded):halt"
    }
  }
  /// The reason's key.
  func why(_ name: SwitchName) -> String { flag(name) + ":why" }

  func read(_ names: [SwitchName], now: EngineTime) throws(SwitchFailure) -> [SwitchReading] {
    let replies = try exchange(
      names.flatMap { [["GET", flag($0)], ["GET", why($0)], ["PTTL", flag($0)]] })
    return try names.indices.map { (index) throws(SwitchFailure) in
      let mine = Array(replies[index * 3..<index * 3 + 3])
      // A key of another type is no halt; anything else that fails is a failure.
      for case .error(let text) in mine where !text.hasPrefix("WRONGTYPE") { throw refusal(text) }
      return reading(mine, now)
    }
  }

  /// One round trip: reads and writes in a transaction for each.
  func write(
    _ marks: [(name: SwitchName, text: WrittenReason)], now: EngineTime
  ) throws(SwitchFailure) -> [SwitchReading] {
    var commands: [[String]] = []
    var ends: [Int] = []
    for (name, text) in marks {
      let (flag, why) = (flag(name), why(name))
      commands += [["MULTI"], ["GET", flag], ["GET", why], ["PTTL", flag]]
      commands += [["SET", flag, "1"], ["SET", why, String(decoding: text.json, as: UTF8.self)]]
      if let end = text.end {
        commands += [flag, why].map { ["PEXPIREAT", $0, String(end.milliseconds)] }
      }
      ends.append(commands.count)
      commands.append(["EXEC"])
    }
    let replies = try exchange(commands)
    var before: [SwitchReading] = []
    var start = 0
    for end in ends {
      // The first refusal says why; EXEC only says that there was one.
      if let text = replies[start...end].lazy.compactMap({
        if case .error(let text) = $0 { text } else { nil }
      }).first {
        throw refusal(text)
      }
      let results = replies[end].elements
      guard results.count >= 5 else { throw refusal("the transaction was not executed") }
      if let text = results[3...].lazy.compactMap(\.failure).first { throw refusal(text) }
      before.append(reading(Array(results[..<3]), now))
      start = end + 1
    }
    return before
  }

  func remove(_ name: SwitchName, _ expected: SwitchReading) throws(SwitchFailure) {
    let (flag, why) = (flag(name), why(name))
    // A connection that breaks between the two takes the watch with it: then nothing is deleted, and the next round tries again.
    let seen = try exchange([["WATCH", flag, why], ["GET", flag], ["GET", why]])
    if let text = seen[0].failure { throw refusal(text) }
    guard (seen[1].text == "1") == expected.isHalted, Self.bytes(seen[2]) == expected.reason else {
      _ = try exchange([["UNWATCH"]])
      return
    }
    let replies = try exchange([["MULTI"], ["DEL", flag, why], ["EXEC"]], mayReconnect: false)
    if let text = replies.lazy.compactMap(\.failure).first { throw refusal(text) }
  }

  func restore(_ name: SwitchName, _ reading: SwitchReading) throws(SwitchFailure) {
    let (flag, why) = (flag(name), why(name))
    var commands = [["MULTI"], ["SET", flag, "1"]]
    let text = reading.reason.flatMap { String(validating: $0, as: UTF8.self) }
    commands.append(text.map { ["SET", why, $0] } ?? ["DEL", why])
    if case .at(let end) = reading.end {
      commands += [flag, why].map { ["PEXPIREAT", $0, String(end.milliseconds)] }
    }
    let replies = try exchange(commands + [["EXEC"]])
    if let text = replies.lazy.compactMap(\.failure).first { throw refusal(text) }
  }

  func discover(now: EngineTime) throws(SwitchFailure) -> [SwitchName] {
    var found: [SwitchName] = []
    scan.begin(now)
    while let command = scan.next {
      let reply = try exchange([command])[0]
      if let text = reply.failure {
        scan.giveUp(now)
        throw refusal(text)
      }
      found += scan.take(reply, now)
    }
    return found
  }

  private func reading(_ replies: [RedisReply], _ now: EngineTime) -> SwitchReading {
    let left = replies[2].number ?? -1
    return SwitchReading(
      isHalted: replies[0].text == "1", reason: Self.bytes(replies[1]),
      end: left >= 0 ? .at(now + left) : .never)
  }

  private static func bytes(_ reply: RedisReply) -> [UInt8]? {
    if case .bytes(let bytes) = reply { bytes } else { nil }
  }

  /// An error reply: a replica or a loading server is left, since the next connection may reach another.
  private func refusal(_ text: String) -> SwitchFailure {
    if ["READONLY", "LOADING", "MASTERDOWN", "NOAUTH"].contains(where: text.hasPrefix) { connection = nil }
    return SwitchFailure(text: String(text.prefix(200)).printable)
  }

  /// A connection that lay idle may have been closed by the server: that is tried once more on a new one and is no failure.
  private func exchange(_ commands: [[String]], mayReconnect: Bool = true) throws(SwitchFailure)
    -> [RedisReply]
  {
    guard !commands.isEmpty else { return [] }
    guard let address else {
      throw SwitchFailure(text: "the URL is not redis://[user:password@]host[:port][/db]")
    }
    if let open = connection {
      do throws(RedisFailure) {
        return try open.pipeline(commands)
      } catch {
        connection = nil
        if !mayReconnect || error == .late { throw SwitchFailure(text: error.text) }
      }
    }
    do throws(RedisFailure) {
      let open = try RedisConnection(address)
      let replies = try open.pipeline(commands)
      connection = open
      return replies
    } catch {
      throw SwitchFailure(text: error.text)
    }
  }
}
