import Testing

@testable import SpendWatch

@Suite struct HTTPReplyTests {
  private let whole = "HTTP/1.1 404 Not Found\r\nX: y\r\ncontent-length:  5\r\n\r\nhello"

  @Test func isReadHoweverItIsCut() throws {
    let bytes = Array(whole.utf8)
    for first in 0...bytes.count {
      for second in stride(from: first, through: bytes.count, by: 3) {
        var reply = HTTPReply()
        reply.append(bytes[..<first])
        #expect(reply.isComplete == (first == bytes.count))
        reply.append(bytes[first..<second])
        reply.append(bytes[second...])
        let parsed = try #require(reply.parsed, "cut at \(first) and \(second)")
        #expect(parsed.status == 404 && parsed.body == Array("hello".utf8))
      }
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "SSH-2.0\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n",
    String(repeating: "x", count: 40_000),
  ])
  func junkIsNoReplyAndEnds(_ text: String) {
    var reply = HTTPReply()
    reply.append(Array(text.utf8)[...])
    #expect(reply.isComplete)
    #expect(reply.parsed == nil)
  }
}
