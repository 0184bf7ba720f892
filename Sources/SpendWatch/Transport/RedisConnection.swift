import CTransport
import Glibc
import SpendEngine

/// A connection to a Redis, over hiredis. Confined to one thread at a time; after a failure it is of no more use: make a new one.
package final class RedisConnection {
  private let context: UnsafeMutablePointer<redisContext>

  /// Connects, logs in and selects the database.
  /// - Parameters:
  ///   - connectTimeout: milliseconds. Looking up a name is the system's, and not bounded by it.
  ///   - commandTimeout: milliseconds for each reply.
  package init(
    _ address: RedisAddress, connectTimeout: Int = 1_000, commandTimeout: Int = 2_000
  ) throws(RedisFailure) {
    blockBrokenPipeSignal()
    guard
      let context = redisConnectWithTimeout(address.host, address.port, Self.interval(connectTimeout))
    else { throw RedisFailure(text: "\(address.label): out of memory") }
    self.context = context
    guard context.pointee.err == 0 else { throw failure(address.label) }
    guard redisSetTimeout(context, Self.interval(commandTimeout)) == REDIS_OK else {
      throw failure(address.label)
    }
    redisEnableKeepAlive(context)
    if let password = address.password {
      let login = ["AUTH"] + (address.user.map { [$0] } ?? []) + [password.revealed]
      // An old server quotes the arguments of a command it does not know: only the error's first word is shown.
      if case .error(let text)? = try pipeline([login]).first {
        let word = text.prefix { $0.isASCII && $0.isLetter }
        throw RedisFailure(text: "\(address.label): login refused (\(word))")
      }
    }
    if address.database != 0 {
      if let text = try pipeline([["SELECT", String(address.database)]]).first?.failure {
        throw RedisFailure(text: "\(address.label): \(text)")
      }
    }
  }

  deinit { redisFree(context) }

  /// One command. An error reply is a reply.
  package func command(_ arguments: String...) throws(RedisFailure) -> RedisReply {
    try pipeline([arguments]).first ?? .null
  }

  /// Sends all commands in one go and waits for their replies, in order.
  package func pipeline(_ commands: [[String]]) throws(RedisFailure) -> [RedisReply] {
    blockBrokenPipeSignal()
    for command in commands {
      guard append(command) == REDIS_OK else { throw failure() }
    }
    var replies: [RedisReply] = []
    replies.reserveCapacity(commands.count)
    for _ in commands {
      var raw: UnsafeMutableRawPointer?
      guard redisGetReply(context, &raw) == REDIS_OK, let raw else { throw failure() }
      defer { freeReplyObject(raw) }
      replies.append(RedisReply(raw.assumingMemoryBound(to: redisReply.self).pointee))
    }
    return replies
  }

  private func append(_ command: [String]) -> Int32 {
    // One block of bytes for all arguments, and pointers into it.
    var bytes: [CChar] = []
    var lengths: [Int] = []
    for argument in command {
      bytes.append(contentsOf: argument.utf8.lazy.map { CChar(bitPattern: $0) })
      lengths.append(argument.utf8.count)
    }
    bytes.append(0)
    return bytes.withUnsafeBufferPointer { block in
      var pointers: [UnsafePointer<CChar>?] = []
      var offset = 0
      for length in lengths {
        pointers.append(block.baseAddress.map { $0 + offset })
        offset += length
      }
      return redisAppendCommandArgv(context, Int32(clamping: command.count), &pointers, lengths)
    }
  }

  private func failure(_ label: String? = nil) -> RedisFailure {
    let detail = sf_redis_error(context).map { String(cString: $0) } ?? ""
    let isLate =
      detail == SystemError.text(EAGAIN) || detail == SystemError.text(EINPROGRESS)
    let text =
      isLate ? RedisFailure.late.text : detail.isEmpty ? "the connection failed" : detail.printable
    return RedisFailure(text: label.map { "\($0): \(text)" } ?? text)
  }

  private static func interval(_ milliseconds: Int) -> timeval {
    let bounded = max(1, milliseconds)
    return timeval(tv_sec: bounded / 1_000, tv_usec: (bounded % 1_000) * 1_000)
  }
}
