/// One request. The URL is a secret: no text made here holds more of it than `URLLabel`.
package struct HTTPRequest: Sendable {
  package enum Method: String, Sendable { case get = "GET", post = "POST" }

  package var method: Method
  package var url: Secret
  /// Sent as they are; a line break in one fails the request.
  package var headers: [(name: String, value: String)]
  /// Sent with POST; nil = empty.
  package var body: [UInt8]?

  package init(
    _ method: Method, _ url: Secret, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What came back, whatever the status.
package struct HTTPResponse: Sendable, Hashable {
  package var status: Int
  /// The `Retry-After` header as sent.
  package var retryAfter: String?
  /// At most `HTTPLimits.body` bytes.
  package var body: [UInt8]
  /// The body was longer than the cap; the rest was not read.
  package var isTruncated: Bool
}

/// Why nothing came back. `text` is for people: host and hash, never the URL.
package struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// Connecting or the whole took too long.
    case timeout
    /// The host's name leads nowhere.
    case name
    /// Somebody is there, and nobody listens at the port.
    case refused
    /// Network or peer.
    case connection
    /// The certificate is not trusted, or TLS failed.
    case tls
    /// A link-local or metadata address: never connected to.
    case refusedAddress
    /// The request cannot be made: bad URL, other protocol, bad header.
    case invalid
  }
  package var kind: Kind
  package var text: String
  package var description: String { text }
}

/// Time and size bounds of one request.
package struct HTTPLimits: Sendable, Hashable {
  /// Milliseconds to connect (name look-up and TLS included).
  package var connect: Int
  /// Milliseconds for the whole request.
  package var total: Int
  /// Bytes of the response's body that are kept.
  package var body: Int

  package init(connect: Int = 5_000, total: Int = 15_000, body: Int = 64 * 1024) {
    self.connect = connect
    self.total = total
    self.body = body
  }
}
