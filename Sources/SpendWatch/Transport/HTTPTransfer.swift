import CTransport
import Foundation
import SpendEngine

/// One request on its way: an easy handle, and what it points to. Confined to the thread that made it.
final class HTTPTransfer {
  let handle: UnsafeMutableRawPointer
  private let ends: UnsafeMutablePointer<sf_transfer>
  private var headers: UnsafeMutablePointer<curl_slist>?
  /// libcurl reads the body from here while the transfer runs.
  private let body: UnsafeMutableBufferPointer<UInt8>
  private let label: String

  /// libcurl wants this once in a process, before any handle.
  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(_ request: HTTPRequest, limits: HTTPLimits) throws(HTTPFailure) {
    label = URLLabel(request.url.revealed).description
    guard Self.isReady, let handle = curl_easy_init() else {
      throw HTTPFailure(kind: .invalid, text: "\(label): libcurl could not start")
    }
    guard let ends = sf_transfer_make(max(0, limits.body)) else {
      curl_easy_cleanup(handle)
      throw HTTPFailure(kind: .invalid, text: "\(label): out of memory")
    }
    self.handle = handle
    self.ends = ends
    body = .allocate(capacity: request.body?.count ?? 0)
    _ = body.initialize(from: request.body ?? [])
    try prepare(request, limits)
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
    sf_transfer_free(ends)
    body.deallocate()
  }

  private func prepare(_ request: HTTPRequest, _ limits: HTTPLimits) throws(HTTPFailure) {
    var code = sf_transfer_install(ends, handle)
    func set(_ option: CURLoption, _ value: Int) {
      if code == CURLE_OK { code = sf_set_long(handle, option, value) }
    }
    func set(_ option: CURLoption, _ value: String) {
      if code == CURLE_OK { code = sf_set_string(handle, option, value) }
    }
    set(CURLOPT_URL, request.url.revealed)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, limits.connect))
    set(CURLOPT_TIMEOUT_MS, max(1, limits.total))
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    // The environment's proxies and ~/.netrc are somebody else's settings.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NETRC, 0)
    set(CURLOPT_USERAGENT, "spendfuse/\(spendfuseVersion)")
    if code == CURLE_OK { code = sf_set_web_only(handle) }
    // No `Expect: 100-continue`: it costs a second with servers that do not know it.
    var lines = ["Expect:"]
    switch request.method {
    case .get: set(CURLOPT_HTTPGET, 1)
    case .post:
      set(CURLOPT_POST, 1)
      set(CURLOPT_POSTFIELDSIZE, body.count)
      if code == CURLE_OK { code = sf_set_bytes(handle, CURLOPT_POSTFIELDS, body.baseAddress) }
    }
    for (name, value) in request.headers {
      let line = "\(name): \(value)"
      // A line break would start another header.
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
        throw HTTPFailure(kind: .invalid, text: "\(label): a header has a control character")
      }
      lines.append(line)
    }
    for line in lines {
      guard let longer = curl_slist_append(headers, line) else {
        throw HTTPFailure(kind: .invalid, text: "\(label): out of memory")
      }
      headers = longer
    }
    if code == CURLE_OK { code = sf_set_list(handle, CURLOPT_HTTPHEADER, headers) }
    if code != CURLE_OK { throw failure(code) }
  }

  /// The outcome, once libcurl is done with it.
  func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
    var status = 0
    sf_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    // We stopped it ourselves at the cap: the status is there, and that is what counts.
    let isCapped = ends.pointee.body.overflowed != 0 && code == CURLE_WRITE_ERROR
    guard code == CURLE_OK || isCapped, status > 0 else { return .failure(failure(code)) }
    let head = bytes(of: ends.pointee.head)
    return .success(
      HTTPResponse(
        status: status, retryAfter: Self.header("retry-after", in: head), body: bytes(of: ends.pointee.body),
        isTruncated: isCapped))
  }

  private func bytes(of sink: sf_sink) -> [UInt8] {
    Array(UnsafeBufferPointer(start: sink.bytes, count: sink.count))
  }

  /// The last header line of that (lower-case) name.
  static func header(_ name: String, in head: [UInt8]) -> String? {
    var found: String?
    for line in head.split(whereSeparator: { $0 == UInt8(ascii: "\n") }) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == name else { continue }
      found = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingCharacters(
        in: .whitespacesAndNewlines)
    }
    return found
  }

  private func failure(_ code: CURLcode) -> HTTPFailure {
    if ends.pointee.refused != 0 {
      return HTTPFailure(
        kind: .refusedAddress, text: "\(label): link-local and metadata addresses are never connected to")
    }
    var number = 0
    sf_get_long(handle, CURLINFO_OS_ERRNO, &number)
    let kind: HTTPFailure.Kind
    switch code {
    case CURLE_OPERATION_TIMEDOUT: kind = .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
      kind = .tls
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: kind = .invalid
    case CURLE_COULDNT_RESOLVE_HOST: kind = .name
    default: kind = number == Int(ECONNREFUSED) ? .refused : .connection
    }
    var text = "\(label): \(String(cString: curl_easy_strerror(code)))"
    // libcurl's own message may quote the URL; only TLS's says what the fixed one does not, and quotes nothing.
    if kind == .tls, let detail = sf_transfer_error(ends).map({ String(cString: $0) }), !detail.isEmpty {
      text += " (\(detail.printable))"
    }
    if kind == .connection || kind == .refused, number > 0, let number = Int32(exactly: number) {
      text += " (\(SystemError.text(number)))"
    }
    return HTTPFailure(kind: kind, text: text)
  }
}
