import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

func intent(_ subject: Subject, why: String = "over", until: EngineTime? = nil) -> HaltIntent {
  HaltIntent(
    subject: subject,
    shown: HaltIntent.Shown(
      why: why, origins: [.rule("cap")], since: EngineTime(milliseconds: 5), until: until))
}
func lift(_ subject: Subject) -> HaltIntent { HaltIntent(subject: subject, shown: nil) }

/// The real clock: Redis expires keys by it.
func now() -> EngineTime { WallClock.now }

@Suite struct SwitchRedisTests {
  let redis: RedisServer
  init() throws { redis = try RedisServer() }

  private func board(_ wanted: [HaltIntent] = [], writer: String = "w1", prefix: String = "ai:")
    -> SwitchBoard
  {
    SwitchBoard([.redis(RedisSwitch(url: Secret(redis.url), prefix: prefix))], writer: writer, wanted: wanted)
  }
  private func health(_ board: SwitchBoard) -> SwitchHealth { board.status(now: now()).switches[0] }
  private func keys() throws -> [String] {
    try redis.command("KEYS", "*").elements.compactMap(\.text).sorted()
  }

  @Test func assertsAndLifts() throws {
    let board = board()
    let bot = Subject(.key, ["ci bot"], alias: "Bot")
    board.apply(
      [intent(.global), intent(bot, why: "ünder"), intent(.task("t/1")), intent(.key("(none)"))], now: now())
    #expect(health(board).lastError == "")
    let flags = ["ai:global:halt", "ai:key:Bot:halt", "ai:key:ci%20bot:halt", "ai:task:t%2F1:halt"]
    #expect(try keys() == flags.flatMap { [$0, $0 + ":why"] })
    for flag in flags {
      #expect(try redis.get(flag) == "1")
      #expect(try redis.command("PTTL", flag) == .integer(-1))
    }
    let why = try #require(HaltReason(json: Array(redis.get("ai:key:Bot:halt:why")!.utf8)))
    #expect(
      why.subject == ["key": "ci bot"] && why.why == "ünder" && why.writer == "w1"
        && why.origins == [.init(rule: "cap")])
    #expect(board.status(now: now()).confirmed.keys.count == 3)

    board.apply([lift(bot), lift(.task("unknown"))], now: now())
    #expect(try keys() == [flags[0], flags[3]].flatMap { [$0, $0 + ":why"] })
    board.apply([lift(.global), lift(.task("t/1"))], now: now())
    #expect(try keys() == [])
  }

  /// They were found in the walk over the keyspace, and the next one is half a minute away.
  @Test func straysGoWithTheFirstRoundAfterTheCatchUp() throws {
    board().apply([intent(.key("a")), intent(.key("b"))], now: now())
    let next = SwitchBoard(
      [.redis(RedisSwitch(url: Secret(redis.url)))], writer: "w1", wanted: [intent(.key("a"))],
      keepsStrays: true)
    next.assertAll(now: now())
    next.assertAll(now: now())
    #expect(try keys().count == 4)
    next.keepsStrays = false
    next.assertAll(now: now())
    #expect(try keys() == ["ai:key:a:halt", "ai:key:a:halt:why"])
  }

  @Test func healsWhatIsMissingOrAltered() throws {
    let board = board()
    board.apply([intent(.key("a")), intent(.key("b")), intent(.key("c"), until: now() + .hour)], now: now())
    let before = try keys()
    try redis.command("FLUSHALL")
    board.assertAll(now: now())
    #expect(try keys() == before)
    #expect(health(board).repairs == 3)

    try redis.command("SET", "ai:key:a:halt", "0")
    try redis.command("DEL", "ai:key:b:halt:why")
    try redis.command("DEL", "ai:key:c:halt")
    try redis.command("LPUSH", "ai:key:c:halt", "a list")
    board.assertAll(now: now())
    for key in ["a", "b", "c"] { #expect(try redis.get("ai:key:\(key):halt") == "1") }
    #expect(try keys() == before)
    #expect(health(board).repairs == 6)
    #expect(health(board).foreign.isEmpty)
  }

  @Test func survivesARestart() throws {
    let board = board()
    board.apply([intent(.key("a"))], now: now())
    redis.kill()
    let began = now()
    board.assertAll(now: began)
    #expect(health(board).failingSince == began && health(board).waiting == 1)
    #expect(health(board).lastError.contains("refused") || health(board).lastError.contains("closed"))
    // The latest word wins; what was decided meanwhile follows.
    board.apply([intent(.key("b")), intent(.key("a"), why: "first")], now: began + 600)
    board.apply([lift(.key("b")), intent(.key("a"), why: "second")], now: began + 1_200)
    #expect(board.takeAlarms(now: began + 4_000).isEmpty)
    let alarm = try #require(board.takeAlarms(now: began + 5_000).first)
    #expect(alarm.since == began && !alarm.isOver && alarm.subject == "redis 127.0.0.1:\(redis.port)")
    #expect(board.takeAlarms(now: began + 6_000).isEmpty)

    try redis.start()
    board.assertAll(now: began + 7_000)
    #expect(try keys() == ["ai:key:a:halt", "ai:key:a:halt:why"])
    #expect(try redis.get("ai:key:a:halt:why")?.contains("second") == true)
    #expect(health(board).failingSince == nil && health(board).waiting == 0)
    #expect(board.takeAlarms(now: began + 7_000).map(\.isOver) == [true])
    #expect(board.takeAlarms(now: began + 8_000).isEmpty)
  }

  @Test func anIdleConnectionThatWasClosedIsNoFailure() throws {
    let board = board()
    board.apply([intent(.key("a"))], now: now())
    try redis.command("CLIENT", "KILL", "TYPE", "normal")
    board.apply([intent(.key("b"))], now: now())
    #expect(health(board).lastError == "")
    #expect(try redis.get("ai:key:b:halt") == "1")
  }

  @Test func haltsEnd() throws {
    let board = board()
    let end = now() + 400
    board.apply([intent(.key("a"), until: end), intent(.key("b"), until: now() + .hour)], now: now())
    let left = try #require(try redis.command("PTTL", "ai:key:b:halt:why").number)
    #expect((3_590_000...3_600_000).contains(left))
    // Nobody needs to be alive for it.
    #expect(try eventually { try redis.get("ai:key:a:halt") == nil })
    board.assertAll(now: max(now(), end))
    #expect(try redis.get("ai:key:a:halt") == nil)
    #expect(board.status(now: now()).confirmed[.key("a")] == nil)
    #expect(health(board).repairs == 0)
    // Extended, then without an end.
    board.apply([intent(.key("b"), until: now() + 2 * .hour)], now: now())
    #expect(try redis.command("PTTL", "ai:key:b:halt").number ?? 0 > 3_700_000)
    board.apply([intent(.key("b"))], now: now())
    #expect(try redis.command("PTTL", "ai:key:b:halt").number == -1)
  }

  @Test func expiredIntentsAreNotAsserted() throws {
    let board = board([intent(.key("a"), until: now() + -1)])
    board.assertAll(now: now())
    board.apply([intent(.key("b"), until: now() + -1)], now: now())
    #expect(try keys() == [])
  }

  @Test func keepsForeignHaltsUntilAResumeNamesThem() throws {
    try redis.command("SET", "ai:global:halt", "1")
    try redis.command("SET", "ai:key:my key:halt", "1", "PX", "3600000")
    try redis.command("SET", "ai:key:zero:halt", "0")
    try redis.command("SET", "ai:task:t:halt", "1")
    let board = board([intent(.key("ours"))])
    board.assertAll(now: now())
    #expect(health(board).foreign.map(\.subject) == [.global, .key("my key"), .task("t")])
    // Halted by us too, then lifted by us: theirs stays, with its end.
    board.apply([intent(.task("t")), intent(.key("my key"))], now: now())
    #expect(board.status(now: now()).confirmed[.task("t")] != nil)
    #expect(try redis.get("ai:task:t:halt:why") == nil)
    board.assertAll(now: now())
    board.apply([lift(.task("t")), lift(.key("my key")), lift(.global)], now: now())
    board.assertAll(now: now())
    for key in ["ai:task:t:halt", "ai:key:my key:halt", "ai:global:halt"] {
      #expect(try redis.get(key) == "1", "\(key)")
    }
    #expect(try redis.command("PTTL", "ai:key:my key:halt").number ?? 0 > 0)

    let result = board.liftForeign(.key("my key"), now: now())
    #expect(result.count == 1 && result.failures.isEmpty)
    #expect(board.liftForeign(.key("ours"), now: now()).count == 0)
    #expect(board.liftForeign(.task("t"), now: now()).count == 1)
    #expect(try keys() == ["ai:global:halt", "ai:key:ours:halt", "ai:key:ours:halt:why", "ai:key:zero:halt"])
    redis.kill()
    #expect(board.liftForeign(.global, now: now()).failures.count == 1)
  }

  @Test func twoWritersShareARedis() throws {
    let a = board(writer: "a")
    let b = board(writer: "b")
    a.apply([intent(.key("x"), why: "from a", until: now() + .hour)], now: now())
    b.apply([intent(.key("x"), why: "from b")], now: now())
    // The first keeps its reason and its end; the second sees it halted.
    #expect(try redis.get("ai:key:x:halt:why")?.contains("from a") == true)
    #expect(try redis.command("PTTL", "ai:key:x:halt").number ?? 0 > 0)
    #expect(health(b).foreign.map(\.writer) == ["a"] && b.status(now: now()).confirmed[.key("x")] != nil)
    for _ in 0..<2 {
      a.assertAll(now: now())
      b.assertAll(now: now())
    }
    #expect(health(a).repairs == 0 && health(b).repairs == 0)
    a.apply([lift(.key("x"))], now: now())
    b.assertAll(now: now())
    #expect(try redis.get("ai:key:x:halt:why")?.contains("from b") == true)
    #expect(try redis.command("PTTL", "ai:key:x:halt").number == -1)
    a.assertAll(now: now())
    b.apply([lift(.key("x"))], now: now())
    #expect(try keys() == [])
  }

  @Test func removesItsOwnStaleHaltsAfterACrash() throws {
    board().apply([intent(.key("stale")), intent(.key("still"))], now: now())
    board(writer: "other").apply([intent(.key("theirs"))], now: now())
    let restarted = board([intent(.key("still"), why: "new words")])
    restarted.assertAll(now: now())
    #expect(
      try keys() == ["still", "theirs"].flatMap { ["ai:key:\($0):halt", "ai:key:\($0):halt:why"] })
    #expect(try redis.get("ai:key:still:halt:why")?.contains("new words") == true)
    #expect(health(restarted).foreign.map(\.subject) == [.key("theirs")])
  }

  @Test func sharedAliasIsLiftedWithItsLastKey() throws {
    let board = board()
    let (one, two) = (Subject(.key, ["k1"], alias: "bot"), Subject(.key, ["k2"], alias: "bot"))
    board.apply([intent(one, until: now() + .hour), intent(two)], now: now())
    #expect(try redis.command("PTTL", "ai:key:bot:halt").number == -1)
    board.apply([lift(.key("k2"))], now: now())
    #expect(try redis.get("ai:key:bot:halt") == "1")
    #expect(try redis.get("ai:key:k2:halt") == nil)
    #expect(try redis.command("PTTL", "ai:key:bot:halt").number ?? 0 > 0)
    // A key that is called otherwise now is not halted under its old name.
    board.apply([intent(Subject(.key, ["k1"], alias: "robot"))], now: now())
    #expect(try keys() == ["k1", "robot"].flatMap { ["ai:key:\($0):halt", "ai:key:\($0):halt:why"] })
  }

  @Test func findsForeignHaltsAmongManyKeysAndOddPrefixes() throws {
    let prefix = "a*[i]?\\:"
    try redis.command("SET", prefix + "task:far:halt", "1")
    try redis.command("SET", "aXi:task:near:halt", "1")
    try redis.command("EVAL", "for i=1,60000 do redis.call('SET','k'..i,i) end", "0")
    let board = board(prefix: prefix)
    var rounds = 0
    repeat {
      board.assertAll(now: now())
      rounds += 1
    } while health(board).foreign.isEmpty && rounds < 20
    #expect(health(board).foreign.map(\.subject) == [.task("far")])
  }

  @Test func saysWhatIsWrong() throws {
    try redis.command("CONFIG", "SET", "maxmemory", "1")
    let full = board()
    full.apply([intent(.key("a"))], now: now())
    #expect(health(full).lastError.hasPrefix("OOM"))
    try redis.command("CONFIG", "SET", "maxmemory", "0")
    try redis.command("REPLICAOF", "127.0.0.1", "1")
    full.assertAll(now: now())
    #expect(health(full).lastError.hasPrefix("READONLY"))
    try redis.command("REPLICAOF", "NO", "ONE")
    full.assertAll(now: now())
    #expect(health(full).failingSince == nil)
    #expect(try redis.get("ai:key:a:halt") == "1")

    let wrong = SwitchBoard([.redis(RedisSwitch(url: Secret("redis://s3cret@@::")))], writer: "w")
    wrong.apply([intent(.global)], now: now())
    let text = "\(wrong.status(now: now()).switches[0])"
    #expect(text.contains("the URL is not") && !text.contains("s3cret"))
  }

  @Test func aDeadRedisDoesNotStopADirectory() throws {
    let directory = TempDir("halts")
    redis.kill()
    let board = SwitchBoard(
      [.redis(RedisSwitch(url: Secret(redis.url))), .directory(DirectorySwitch(path: directory.file("h")))],
      writer: "w")
    board.apply([intent(.key("a"))], now: now())
    #expect(FileManager.default.fileExists(atPath: directory.file("h/key-a.halt")))
    #expect(board.status(now: now()).switches.map { $0.failingSince == nil } == [false, true])
    #expect(board.status(now: now()).confirmed.isEmpty)
    // Of a switch that goes, ours are taken away.
    try redis.start()
    board.reconfigure([.redis(RedisSwitch(url: Secret(redis.url)))], now: now())
    #expect(!FileManager.default.fileExists(atPath: directory.file("h/key-a.halt")))
    #expect(try redis.get("ai:key:a:halt") == "1")
  }

  /// From the intent to the key: what the halts thread adds to the time of a halt. Generous, since machines for tests are busy.
  @Test func isQuick() throws {
    let board = board()
    board.assertAll(now: now())
    var times: [Duration] = []
    for index in 0..<200 {
      let began = ContinuousClock.now
      board.apply([intent(.key("k\(index)"))], now: now())
      times.append(ContinuousClock.now - began)
    }
    times.sort()
    #expect(times[100] < .milliseconds(20), "p50 \(times[100]), p99 \(times[198])")
    #expect(try redis.get("ai:key:k199:halt") == "1")
  }

  @Test func assertsManyInOneGo() throws {
    let board = board()
    let subjects = (0..<3_000).map { Subject.task("t\($0)") }
    board.apply(subjects.map { intent($0) }, now: now())
    #expect(try redis.command("DBSIZE") == .integer(6_000))
    try redis.command("FLUSHALL")
    board.assertAll(now: now())
    #expect(try redis.command("DBSIZE") == .integer(6_000))
    board.apply(subjects.map(lift), now: now())
    #expect(try redis.command("DBSIZE") == .integer(0))
  }
}
