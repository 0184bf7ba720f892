import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Other switches in the rules file: nobody is let go before somebody else holds them.
@Suite struct SwitchReloadTests {
  let redis: RedisServer
  init() throws { redis = try RedisServer() }

  private func redisSwitch(_ password: String = "", prefix: String = "ai:") -> Switch {
    let login = password.isEmpty ? "" : ":\(password)@"
    return .redis(
      RedisSwitch(url: Secret("redis://\(login)127.0.0.1:\(redis.port)"), prefix: prefix))
  }
  /// Asked on a connection from before any password.
  private func keys(_ admin: RedisConnection) throws -> [String] {
    try admin.pipeline([["KEYS", "*:halt"]])[0].elements.compactMap(\.text).sorted()
  }

  @Test func aWrongNewPasswordLetsNobodyGo() throws {
    let admin = try RedisConnection(redis.address)
    let board = SwitchBoard([redisSwitch()], writer: "w")
    board.apply([intent(.key("a"))], now: now())
    // The password is rotated, and the rules file has a typo.
    _ = try admin.pipeline([["CONFIG", "SET", "requirepass", "right"]])
    board.reconfigure([redisSwitch("wrong")], now: now())
    #expect(!board.isHealthy)
    #expect(try keys(admin) == ["ai:key:a:halt"])
    // Until it is mended, the old connection does the work.
    board.apply([intent(.key("b")), lift(.key("a"))], now: now())
    #expect(try keys(admin) == ["ai:key:b:halt"])
    board.reconfigure([redisSwitch("right")], now: now())
    #expect(board.isHealthy)
    #expect(try keys(admin) == ["ai:key:b:halt"])
  }

  @Test func aChangedPasswordKeepsTheFlags() throws {
    let admin = try RedisConnection(redis.address)
    let board = SwitchBoard([redisSwitch()], writer: "w")
    board.apply([intent(.key("a"))], now: now())
    _ = try admin.pipeline([["CONFIG", "SET", "requirepass", "new"]])
    _ = try admin.pipeline([["CONFIG", "RESETSTAT"]])
    board.reconfigure([redisSwitch("new")], now: now())
    #expect(try keys(admin) == ["ai:key:a:halt"])
    let statistics = try admin.pipeline([["INFO", "commandstats"]])[0].text ?? ""
    // Nobody may see a gap.
    #expect(statistics.contains("cmdstat_get") && !statistics.contains("cmdstat_del"))
  }

  @Test func anotherPrefixIsAnotherPlace() throws {
    let admin = try RedisConnection(redis.address)
    let board = SwitchBoard([redisSwitch()], writer: "w")
    board.apply([intent(.key("a"))], now: now())
    board.reconfigure([redisSwitch(prefix: "x:")], now: now())
    #expect(try keys(admin) == ["x:key:a:halt"])
  }

  @Test func theOldPlaceHoldsUntilTheNewOneWorks() throws {
    let directory = TempDir("halts")
    func files() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: directory.file("h"))) ?? []).sorted()
    }
    let board = SwitchBoard([.directory(DirectorySwitch(path: directory.file("h")))], writer: "w")
    board.apply([intent(.key("a"))], now: now())
    redis.kill()
    let began = now()
    board.reconfigure([redisSwitch()], now: began)
    board.apply([intent(.key("b"))], now: began + 1)
    #expect(files() == ["key-a.halt", "key-b.halt"])
    board.assertAll(now: began + 2_000)
    #expect(files() == ["key-a.halt", "key-b.halt"])
    try redis.start()
    board.assertAll(now: began + 4_000)
    #expect(files() == [] && board.isHealthy)
    #expect(try redis.get("ai:key:a:halt") == "1" && redis.get("ai:key:b:halt") == "1")
    // It is let go for good.
    board.apply([intent(.key("c"))], now: began + 5_000)
    #expect(files() == [])
  }

  @Test func twoNamesOfOneRedisLoseNothing() throws {
    let board = SwitchBoard([redisSwitch()], writer: "w")
    board.apply([intent(.key("a"))], now: now())
    board.reconfigure(
      [.redis(RedisSwitch(url: Secret("redis://localhost:\(redis.port)")))], now: now())
    #expect(try redis.get("ai:key:a:halt") == "1")
  }
}
