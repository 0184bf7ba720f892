/// What can be asked of a daemon: a method and a path. A new one is a line here, a message, and a case in whoever answers.
package struct ControlEndpoint: Hashable, Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }
  package let method: Method
  package let path: String

  package init(_ method: Method, _ path: String) {
    self.method = method
    self.path = path
  }

  /// -> `StatusMessage`
  package static let status = ControlEndpoint(.get, "/v1/status")
  /// `HaltRequest` -> `OperatorMessage`
  package static let halt = ControlEndpoint(.post, "/v1/halt")
  /// `ResumeRequest` -> `OperatorMessage`
  package static let resume = ControlEndpoint(.post, "/v1/resume")

  /// `ExplainRequest` -> `ExplainMessage`; 404 with the nearest names where there is no such rule or subject.
  package static let explain = ControlEndpoint(.post, "/v1/explain")

  package static let all: [ControlEndpoint] = [.status, .halt, .resume, .explain]
}

/// A request that arrived whole.
package struct ControlRequest: Sendable {
  package var endpoint: ControlEndpoint
  /// JSON, at most 64 KiB; empty for GET.
  package var body: [UInt8]
  /// The user id of whoever asks; nil where the kernel would not say.
  package var user: UInt32?
}

/// A status and a JSON body.
package struct ControlReply: Sendable, Hashable {
  package var status: Int
  package var body: [UInt8]

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  package static func json(_ value: some Encodable, status: Int = 200) -> ControlReply {
    do { return ControlReply(status: status, body: try ControlJSON.encode(value)) } catch {
      return .failure(500, "the reply could not be written as JSON: \(error)")
    }
  }

  /// `{"error": message}`
  package static func failure(_ status: Int, _ message: String) -> ControlReply {
    let body = (try? ControlJSON.encode(FailureMessage(error: message))) ?? Array(#"{"error":""}"#.utf8)
    return ControlReply(status: status, body: body)
  }
}
