internal import Foundation
package import SpendEngine

/// Talks to a daemon through its socket: HTTP/1.1, one request a connection.
package struct ControlClient: Sendable {
  /// Tried in this order; the first at which somebody listens is asked.
  package let paths: [String]
  /// Milliseconds until the whole reply must be there.
  package let timeout: Int64
  /// A longer reply is none of ours.
  private static let longestReply = 256 << 20

  package init(paths: [String], timeout: Int64 = 10_000) {
    self.paths = paths
    self.timeout = timeout
  }

  /// Sends `request` and reads the reply; `.refused` for any status but 200.
  package func call<Reply: Decodable>(
    _ endpoint: ControlEndpoint, _ request: (some Encodable)?, as type: Reply.Type
  ) throws(ControlError) -> Reply {
    var body: [UInt8] = []
    if let request {
      do { body = try ControlJSON.encode(request) } catch {
        throw .badReply(path: endpoint.path, detail: "the request could not be written: \(error)")
      }
    }
    let (path, status, reply) = try exchange(endpoint, body)
    guard status == 200 else {
      let said = try? ControlJSON.decode(FailureMessage.self, from: reply)
      throw .refused(status: status, message: said?.error ?? "the daemon refused (status \(status))")
    }
    do { return try ControlJSON.decode(type, from: reply) } catch {
      throw .badReply(path: path, detail: String(describing: error))
    }
  }

  package func status() throws(ControlError) -> StatusMessage {
    try call(.status, String?.none, as: StatusMessage.self)
  }
  package func halt(_ request: HaltRequest) throws(ControlError) -> OperatorReply {
    try call(.halt, request, as: OperatorMessage.self).reply
  }
  package func resume(_ request: ResumeRequest) throws(ControlError) -> OperatorReply {
    try call(.resume, request, as: OperatorMessage.self).reply
  }

  package func explain(_ request: ExplainRequest) throws(ControlError) -> ExplainMessage {
    try call(.explain, request, as: ExplainMessage.self)
  }

  /// One request, as bytes. Returns who answered, the status and the body.
  func exchange(
    _ endpoint: ControlEndpoint, _ body: [UInt8]
  ) throws(ControlError) -> (path: String, status: Int, body: [UInt8]) {
    let deadline = Deadline(milliseconds: timeout)
    let (path, descriptor) = try connect(deadline)
    defer { close(descriptor) }
    let head =
      "\(endpoint.method.rawValue) \(endpoint.path) HTTP/1.1\r\nHost: spendfuse\r\nConnection: close\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    try write(Array(head.utf8) + body, to: descriptor, path: path, deadline)
    var reply = HTTPReply()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while !reply.isComplete {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        reply.append(buffer[..<count])
        if reply.count > Self.longestReply { throw .badReply(path: path, detail: "endless") }
      } else if count == 0 {
        throw .badReply(path: path, detail: "it ended early")
      } else if errno == EAGAIN {
        if !isReadable(descriptor, within: deadline.remaining), deadline.hasPassed {
          throw .noAnswer(path: path, after: timeout)
        }
      } else if errno != EINTR {
        throw .system(path: path, SystemError("read", errno))
      }
    }
    guard let (status, body) = reply.parsed else { throw .badReply(path: path, detail: "not HTTP") }
    return (path, status, body)
  }

  private func connect(_ deadline: Deadline) throws(ControlError) -> (String, Int32) {
    var silent: [String] = []
    var denied: ControlError?
    for path in paths {
      while true {
        do { return (path, try ControlSocket.connect(path)) } catch {
          switch error {
          case .noDaemon: silent.append(path)
          // Nobody's socket can be there, or none that we may reach: the next may be the one.
          case .tooLong: silent.append(path)
          case .denied: denied = denied ?? error
          case .system(_, let cause) where cause.code == EAGAIN:
            // Its queue is full: it is there, and does not answer.
            if deadline.hasPassed { throw .noAnswer(path: path, after: timeout) }
            usleep(20_000)
            continue
          default: throw error
          }
        }
        break
      }
    }
    throw denied ?? .noDaemon(paths: silent)
  }

  private func write(
    _ bytes: [UInt8], to descriptor: Int32, path: String, _ deadline: Deadline
  ) throws(ControlError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        if !isReady(descriptor, for: Int16(POLLOUT), within: deadline.remaining), deadline.hasPassed {
          throw .noAnswer(path: path, after: timeout)
        }
      } else if errno == EPIPE || errno == ECONNRESET {
        return  // It may have answered all the same, and hung up.
      } else if errno != EINTR {
        throw .system(path: path, SystemError("send", errno))
      }
    }
  }
}
