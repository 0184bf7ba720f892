import Support
import Testing

@testable import SpendWatch

@Suite struct TransportRedisTests {
  @Test(
    arguments: [
      ("redis://127.0.0.1:6379", RedisAddress(host: "127.0.0.1")),
      ("redis://h", RedisAddress(host: "h")),
      ("redis://h/3", RedisAddress(host: "h", database: 3)),
      (
        "redis://:p%40ss@h:7000/1", RedisAddress(host: "h", port: 7000, password: Secret("p@ss"), database: 1)
      ),
      ("redis://ann:pw@[::1]:7", RedisAddress(host: "::1", port: 7, user: "ann", password: Secret("pw"))),
      ("http://h", nil), ("redis://", nil), ("redis://h:0", nil), ("redis://h:70000", nil),
      ("redis://h/x", nil),
      ("redis://h/-1", nil), ("redis://h?x=1", nil), ("h:6379", nil), ("", nil),
    ] as [(String, RedisAddress?)])
  func readsAddresses(url: String, expected: RedisAddress?) {
    #expect(RedisAddress(url: url) == expected)
    #expect(RedisAddress(url: url)?.password?.revealed == expected?.password?.revealed)
  }

  @Test func speaks() throws {
    let server = try RedisServer()
    let redis = try RedisConnection(server.address)
    let replies = try redis.pipeline([
      ["SET", "a b", "ü\u{0}x"], ["GET", "a b"], ["GET", "none"], ["INCR", "n"], ["MULTI"], ["GET", "n"],
      ["EXEC"],
      ["LPUSH", "a b", "x"], ["SET", "empty", ""], ["GET", "empty"],
    ])
    #expect(
      replies == [
        .status("OK"), .bytes(Array("ü\u{0}x".utf8)), .null, .integer(1), .status("OK"), .status("QUEUED"),
        .array([.bytes([UInt8(ascii: "1")])]),
        .error("WRONGTYPE Operation against a key holding the wrong kind of value"), .status("OK"),
        .bytes([]),
      ])
    #expect(replies[7].failure?.hasPrefix("WRONGTYPE") == true && replies[6].failure == nil)
  }

  @Test func logsInAndSelects() throws {
    let server = try RedisServer(password: "s3cret")
    var address = server.address
    address.database = 2
    #expect(try RedisConnection(address).command("SET", "x", "1") == .status("OK"))
    #expect(try server.get("x") == nil)
    #expect(try server.command("DBSIZE") == .integer(0))
    for password in [Secret("s3cret-wrong"), nil] {
      address.password = password
      let failure = try #require(throws: RedisFailure.self) { try RedisConnection(address) }
      #expect(!failure.text.contains("s3cret"), "\(failure)")
    }
  }

  @Test func saysWhatFailed() throws {
    let server = try RedisServer()
    let redis = try RedisConnection(server.address, commandTimeout: 100)
    server.freeze(true)
    let late = try #require(throws: RedisFailure.self) { try redis.command("PING") }
    #expect(late.text == "no answer in time")
    server.kill()
    let gone = try #require(throws: RedisFailure.self) { try RedisConnection(server.address) }
    #expect(gone.text == "127.0.0.1:\(server.port): Connection refused")
  }

  @Test func aClosedConnectionDoesNotEndTheProcess() throws {
    let server = try RedisServer()
    let redis = try RedisConnection(server.address)
    #expect(try redis.command("PING") == .status("PONG"))
    server.kill()
    // The first write is answered by a reset, the second would raise SIGPIPE.
    for _ in 0..<3 { #expect(throws: RedisFailure.self) { try redis.command("SET", "a", "b") } }
  }
}
