import SpendEngine

/// One message to one receiver, ready to send: what the outbox stores, in the transaction of the decisions it is about.
package struct Notification: Sendable, Hashable {
  /// A UUID made from what it is about: the same decision gives the same id, so a receiver can drop a repeat (`Idempotency-Key`), and the
  /// store a second row of (id, receiver).
  package var id: String
  /// `Receiver.name`
  package var receiver: String
  /// The JSON to POST.
  package var body: String
  /// Rule and subject: messages of one group are about the same thing.
  package var group: String

  package init(id: String, receiver: String, body: String, group: String) {
    self.id = id
    self.receiver = receiver
    self.body = body
    self.group = group
  }

  /// A version 8 UUID (RFC 9562) from the SHA-256 of `parts`; no two lists of parts give the same input.
  package static func id(_ parts: [String]) -> String {
    var bytes = Array(SHA256.digest(parts.flatMap { "\($0.utf8.count):\($0)".utf8 }).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let hex = Array(SHA256.hex(bytes))
    return [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }
      .joined(separator: "-")
  }
}
