import CTransport

/// HTTP, one request at a time, or several at once on one thread. Over libcurl: TLS checked against the system's authorities, no
/// redirects, no proxy from the environment, http and https only, link-local and metadata addresses refused when connecting.
/// Confined to the thread that made it; connections are kept between requests.
package final class HTTPClient {
  private let multi: UnsafeMutableRawPointer?
  private let limits: HTTPLimits
  private var running: [UnsafeMutableRawPointer: (id: Int, transfer: HTTPTransfer)] = [:]
  /// Failed before libcurl saw them; reported by the next `wait`.
  private var stillborn: [(id: Int, result: Result<HTTPResponse, HTTPFailure>)] = []
  private var lastID = 0

  package init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    multi = curl_multi_init()
  }

  deinit {
    for (handle, _) in running { curl_multi_remove_handle(multi, handle) }
    running = [:]
    curl_multi_cleanup(multi)
  }

  /// Requests on their way.
  package var count: Int { running.count + stillborn.count }

  /// Sends `request` and waits for the end, `HTTPLimits.total` at most. Nothing else may be on its way.
  package func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    let id = start(request)
    while true {
      for done in wait(upTo: 1_000) where done.id == id { return try done.result.get() }
    }
  }

  /// Starts `request`; `wait` will return its result under the number returned here.
  package func start(_ request: HTTPRequest) -> Int {
    blockBrokenPipeSignal()
    lastID &+= 1
    do throws(HTTPFailure) {
      let transfer = try HTTPTransfer(request, limits: limits)
      guard let multi, curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        throw HTTPFailure(kind: .invalid, text: "libcurl could not start")
      }
      running[transfer.handle] = (lastID, transfer)
      var left: Int32 = 0
      curl_multi_perform(multi, &left)
    } catch {
      stillborn.append((lastID, .failure(error)))
    }
    return lastID
  }

  /// Moves what is on its way, and sleeps until something ends, `wakeDescriptor` is readable or `milliseconds` are over.
  package func wait(
    upTo milliseconds: Int, wakeDescriptor: Int32 = -1
  ) -> [(id: Int, result: Result<HTTPResponse, HTTPFailure>)] {
    blockBrokenPipeSignal()
    var done = finished()
    if done.isEmpty, let multi {
      sf_multi_poll(multi, wakeDescriptor, Int32(clamping: max(0, milliseconds)))
      done = finished()
    }
    return done
  }

  private func finished() -> [(id: Int, result: Result<HTTPResponse, HTTPFailure>)] {
    var done = stillborn
    stillborn = []
    guard let multi else { return done }
    var left: Int32 = 0
    curl_multi_perform(multi, &left)
    var code = CURLE_OK
    while let handle = sf_multi_next_done(multi, &code) {
      curl_multi_remove_handle(multi, handle)
      guard let (id, transfer) = running.removeValue(forKey: handle) else { continue }
      done.append((id, transfer.result(code)))
    }
    return done
  }
}
