import CTransport
import SpendEngine

/// What Redis answers (RESP 2).
package enum RedisReply: Sendable, Hashable {
  case null
  case status(String)
  case integer(Int64)
  case bytes([UInt8])
  case array([RedisReply])
  /// `ERR ...`, `OOM ...`, `READONLY ...`
  case error(String)

  /// Copies hiredis's reply; nested at most 8 deep.
  init(_ reply: redisReply, depth: Int = 0) {
    let text = UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : Int(reply.len))
    switch reply.type {
    case REDIS_REPLY_STRING: self = .bytes(Array(text))
    case REDIS_REPLY_STATUS: self = .status(String(decoding: text, as: UTF8.self))
    case REDIS_REPLY_ERROR: self = .error(String(decoding: text, as: UTF8.self))
    case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
    case REDIS_REPLY_ARRAY where depth < 8:
      self = .array(
        withUnsafePointer(to: reply) { whole in
          (0..<Int(reply.elements)).map { index in
            sf_redis_element(whole, index).map { RedisReply($0.pointee, depth: depth + 1) } ?? .null
          }
        })
    default: self = .null
    }
  }

  /// The text of a string or status, if it is UTF-8.
  package var text: String? {
    switch self {
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    case .status(let text): text
    default: nil
    }
  }
  package var elements: [RedisReply] { if case .array(let elements) = self { elements } else { [] } }
  package var number: Int64? { if case .integer(let value) = self { value } else { nil } }

  /// The first error in it, nested ones too; escaped for terminals and cut to 200 characters.
  package var failure: String? {
    switch self {
    case .error(let text): String(text.prefix(200)).printable
    case .array(let elements): elements.lazy.compactMap(\.failure).first
    default: nil
    }
  }
}

/// Why Redis could not be talked to. Never holds the password.
package struct RedisFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package var text: String
  package var description: String { text }

  /// Connected, but no reply in time.
  package static let late = RedisFailure(text: "no answer in time")
}
