internal import CTransport
internal import Foundation
internal import Synchronization

/// What libmicrohttpd's threads share: which endpoints there are, and who answers.
final class ControlCore: Sendable {
  /// A longer body is refused.
  static let longestBody = 64 << 10

  let isStopping = Atomic(false)
  /// Handlers that run.
  let inHand = Atomic(0)
  private let endpoints: [ControlEndpoint]
  private let handler: @Sendable (ControlRequest) -> ControlReply

  init(endpoints: [ControlEndpoint], handler: @escaping @Sendable (ControlRequest) -> ControlReply) {
    self.endpoints = endpoints
    self.handler = handler
  }

  /// A request that is still arriving; libmicrohttpd holds it as the connection's context.
  private final class Arriving {
    var body: [UInt8] = []
    var isTooLong = false
  }

  // Called with NULL in `slot` when the head has arrived, then with each piece of the body, then once more with none.
  static let access: MHD_AccessHandlerCallback = {
    context, connection, url, method, _, upload, uploadSize, slot in
    guard let context, let connection, let url, let method, let uploadSize, let slot else { return .NO }
    let core = Unmanaged<ControlCore>.fromOpaque(context).takeUnretainedValue()
    guard let held = slot.pointee else {
      slot.pointee = Unmanaged.passRetained(Arriving()).toOpaque()
      return .YES
    }
    let arriving = Unmanaged<Arriving>.fromOpaque(held).takeUnretainedValue()
    if uploadSize.pointee > 0 {
      let piece = UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
      uploadSize.pointee = 0
      // The rest of a body that is too long is thrown away, so that the sender gets to read why.
      arriving.isTooLong = arriving.isTooLong || arriving.body.count + piece.count > longestBody
      if !arriving.isTooLong { arriving.body.append(contentsOf: piece) }
      return .YES
    }
    let reply = core.answer(
      method: String(cString: method), path: String(cString: url), arriving: arriving,
      user: user(of: connection))
    return send(reply.0, allow: reply.allow, on: connection)
  }

  static let completed: MHD_RequestCompletedCallback = { _, _, slot, _ in
    guard let slot, let held = slot.pointee else { return }
    Unmanaged<Arriving>.fromOpaque(held).release()
    slot.pointee = nil
  }

  private func answer(
    method: String, path: String, arriving: Arriving, user: UInt32?
  ) -> (ControlReply, allow: String?) {
    let known = endpoints.filter { $0.path == path }
    guard !known.isEmpty else { return (.failure(404, "no such path: \(path.prefix(200))"), nil) }
    guard let endpoint = known.first(where: { $0.method.rawValue == method }) else {
      let allowed = known.map(\.method.rawValue).joined(separator: ", ")
      return (.failure(405, "\(path) takes \(allowed)"), allowed)
    }
    if arriving.isTooLong { return (.failure(413, "the body is over \(Self.longestBody) bytes"), nil) }
    inHand.add(1, ordering: .acquiringAndReleasing)
    defer { inHand.subtract(1, ordering: .acquiringAndReleasing) }
    if isStopping.load(ordering: .acquiring) { return (.failure(503, "the daemon is stopping"), nil) }
    return (handler(ControlRequest(endpoint: endpoint, body: arriving.body, user: user)), nil)
  }

  private static func user(of connection: OpaquePointer) -> UInt32? {
    var user: uid_t = 0
    return sf_peer_user(sf_httpd_socket(connection), &user) == 0 ? user : nil
  }

  private static func send(_ reply: ControlReply, allow: String?, on connection: OpaquePointer) -> MHD_Result
  {
    var body = reply.body
    let response = body.withUnsafeMutableBytes {
      MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
    }
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    MHD_add_response_header(response, "Content-Type", "application/json")
    if let allow { MHD_add_response_header(response, "Allow", allow) }
    return MHD_queue_response(connection, UInt32(clamping: reply.status), response)
  }
}
