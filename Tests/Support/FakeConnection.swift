import Foundation
import Glibc
import Synchronization

/// One connection to a `FakeReceiver`: requests in, answers out, until either side is done.
struct FakeConnection {
  private let descriptor: Int32
  private let core: FakeReceiver.Core

  init(_ descriptor: Int32, _ core: FakeReceiver.Core) {
    self.descriptor = descriptor
    self.core = core
  }

  func run() {
    var pending: [UInt8] = []
    while var request = read(&pending) {
      let action = core.state.withLock { state in
        let action = state.script.isEmpty ? state.fallback : state.script.removeFirst()
        if case .respond(let status, _, _, _) = action { request.status = status }
        state.requests.append(request)
        return action
      }
      guard perform(action) else { break }
    }
    core.state.withLock { _ = $0.open.remove(descriptor) }
    close(descriptor)
  }

  /// Whether another request may follow.
  private func perform(_ action: FakeReceiver.Action) -> Bool {
    switch action {
    case .respond(let status, let headers, let body, let delay):
      usleep(
        UInt32(
          clamping: delay.components.seconds * 1_000_000 + delay.components.attoseconds / 1_000_000_000_000))
      var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      return send(Array((head + "\r\n").utf8) + body)
    case .hang:
      // Until the client or the receiver closes.
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
      return false
    case .reset:
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
      return false
    case .close: return false
    }
  }

  private func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Glibc.send(descriptor, raw.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// The next whole request; nil at the end. Bodies by Content-Length.
  private func read(_ pending: inout [UInt8]) -> FakeReceiver.Request? {
    let separator = Array("\r\n\r\n".utf8)
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    func more() -> Bool {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 { pending += buffer[..<count] }
      return count > 0
    }
    var headEnd = pending.firstRange(of: separator)
    while headEnd == nil {
      guard more() else { return nil }
      headEnd = pending.firstRange(of: separator)
    }
    guard let headEnd else { return nil }
    var lines = String(decoding: pending[..<headEnd.lowerBound], as: UTF8.self).components(
      separatedBy: "\r\n")
    let start = lines.removeFirst().split(separator: " ")
    guard start.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
        in: .whitespaces)
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while pending.count < headEnd.upperBound + length {
      guard more() else { return nil }
    }
    let body = Array(pending[headEnd.upperBound..<headEnd.upperBound + length])
    pending.removeSubrange(..<(headEnd.upperBound + length))
    return FakeReceiver.Request(
      method: String(start[0]), path: String(start[1]), headers: headers, body: body)
  }
}
