import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct TransportHTTPTests {
  private let quick = HTTPLimits(connect: 1_000, total: 300)

  private func post(_ url: String, limits: HTTPLimits = HTTPLimits()) throws -> HTTPResponse {
    try HTTPClient(limits: limits).send(
      HTTPRequest(.post, Secret(url), headers: [("Idempotency-Key", "k1")], body: Array("{}".utf8)))
  }

  private func failure(_ url: String, limits: HTTPLimits = HTTPLimits()) throws -> HTTPFailure {
    try #require(throws: HTTPFailure.self) { try post(url, limits: limits) }
  }

  @Test func postsBodyAndHeaders() throws {
    let server = try FakeReceiver(.respond(202, headers: [("Retry-After", " 7 ")], body: Array("ok".utf8)))
    let response = try post(server.url)
    #expect(
      response == HTTPResponse(status: 202, retryAfter: "7", body: Array("ok".utf8), isTruncated: false))
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.path == "/hook/s3cret-path" && request.text == "{}")
    #expect(request.headers["idempotency-key"] == "k1")
    #expect(request.headers["user-agent"] == "spendfuse/\(spendfuseVersion)")
    #expect(request.headers["expect"] == nil)
  }

  @Test func keepsItsConnection() throws {
    let server = try FakeReceiver()
    let client = HTTPClient()
    for _ in 0..<3 { #expect(try client.send(HTTPRequest(.get, Secret(server.url))).status == 200) }
    #expect(server.requests.map(\.method) == ["GET", "GET", "GET"])
  }

  @Test func doesNotFollowRedirects() throws {
    let target = try FakeReceiver()
    let server = try FakeReceiver(.respond(302, headers: [("Location", target.url)]))
    #expect(try post(server.url).status == 302)
    #expect(target.requests.isEmpty)
  }

  @Test func capsTheBody() throws {
    let server = try FakeReceiver(.respond(200, body: [UInt8](repeating: 65, count: 10_000_000)))
    let response = try post(server.url)
    #expect(response.status == 200 && response.isTruncated && response.body.count == 65_536)
  }

  @Test func timesOut() throws {
    let server = try FakeReceiver(.hang)
    let failure = try failure(server.url, limits: quick)
    #expect(failure.kind == .timeout)
    #expect(!failure.text.contains("s3cret"))
  }

  @Test(arguments: [FakeReceiver.Action.reset, .close])
  func survivesABrokenConnection(action: FakeReceiver.Action) throws {
    let server = try FakeReceiver()
    server.setFallback(action)
    let failure = try failure(server.url)
    #expect(failure.kind == .connection && failure.text.hasPrefix("127.0.0.1 ("))
    #expect(!failure.text.contains("s3cret"))
  }

  @Test(
    arguments: [
      "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/s3cret",
      "http://[::ffff:169.254.1.1]/s3cret",
      "http://[fd00:ec2::254]/s3cret", "http://100.100.100.200/s3cret", "http://[64:ff9b::a9fe:a9fe]/s3cret",
      "http://0xA9FEA9FE/s3cret", "http://2852039166/s3cret",
    ])
  func refusesLinkLocalAddresses(url: String) throws {
    let failure = try failure(url, limits: quick)
    #expect(failure.kind == .refusedAddress)
    #expect(!failure.text.contains("s3cret"))
  }

  @Test(arguments: [
    "ftp://127.0.0.1/s3cret", "file:///etc/passwd", "gopher://127.0.0.1/s3cret", "", "http://", "::s3cret",
  ])
  func refusesOtherURLs(url: String) throws {
    let failure = try failure(url, limits: quick)
    #expect(failure.kind == .invalid)
    #expect(!failure.text.contains("s3cret") && !failure.text.contains("passwd"))
  }

  @Test func neverPrintsTheURL() throws {
    let port = try LocalSocket.freePort()
    for url in [
      "http://127.0.0.1:\(port)/s3cret?t=s3cret", "http://user:s3cret@127.0.0.1:\(port)/",
      "http://no-such-host.invalid/s3cret",
      "https://127.0.0.1:\(port)/s3cret",
    ] {
      let failure = try failure(url, limits: quick)
      #expect(!failure.text.contains("s3cret"), "\(failure.text)")
      #expect(!failure.text.contains("user"))
    }
  }

  @Test func refusesHeaderInjection() throws {
    let server = try FakeReceiver()
    let failure = try #require(throws: HTTPFailure.self) {
      try HTTPClient().send(HTTPRequest(.post, Secret(server.url), headers: [("X", "a\r\nY: b")]))
    }
    #expect(failure.kind == .invalid && server.requests.isEmpty)
  }

  @Test func aHangingReceiverDoesNotHoldUpAnother() throws {
    let dead = try FakeReceiver(.hang)
    let alive = try FakeReceiver()
    let client = HTTPClient(limits: HTTPLimits(total: 8_000))
    let slow = client.start(HTTPRequest(.post, Secret(dead.url), body: []))
    let quick = client.start(HTTPRequest(.post, Secret(alive.url), body: []))
    let began = ContinuousClock.now
    var done: [Int] = []
    while done.isEmpty { done = client.wait(upTo: 1_000).map(\.id) }
    #expect(done == [quick] && slow != quick)
    #expect(ContinuousClock.now - began < .seconds(6))
    #expect(client.count == 1)
  }

  @Test func readsHeaders() {
    let head = Array("HTTP/1.1 200 OK\r\nretry-AFTER:  5\r\nX: y\r\n\r\n".utf8)
    #expect(HTTPTransfer.header("retry-after", in: head) == "5")
    #expect(HTTPTransfer.header("retry", in: head) == nil)
  }

  @Test(
    arguments: [
      ("https://hooks.slack.com/services/T0/B0/xyz", "hooks.slack.com"),
      ("http://u:p@h.example:80/x", "h.example"),
      ("not a url", ""), ("https://[::1]/x", "[::1]"),
    ])
  func labelsURLs(url: String, host: String) {
    let label = URLLabel(url).description
    #expect(label == (host.isEmpty ? "" : host + " ") + "(\(SHA256.hex(url).prefix(6)))")
  }

  @Test(
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func hashesTheStandardVectors(text: String, digest: String) { #expect(SHA256.hex(text) == digest) }
}
