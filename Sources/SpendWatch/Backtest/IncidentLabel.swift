internal import Foundation
package import SpendEngine

/// What somebody knows of old logs: this key ran away from then to then.
package struct IncidentLabel: Sendable, Hashable {
  package var key: String
  package var from: EngineTime
  package var until: EngineTime
  /// `retry_loop`, `leaked_key`; any word.
  package var kind: String

  package init(key: String, from: EngineTime, until: EngineTime, kind: String) {
    self.key = key
    self.from = from
    self.until = until
    self.kind = kind
  }

  /// One line of a file of labels.
  package var json: String {
    var object = JSONObject()
    object.add("key", key)
    object.add("from", from.rfc3339)
    object.add("until", until.rfc3339)
    object.add("kind", kind)
    return object.text
  }

  private struct Line: Decodable {
    var key: String
    var from: String
    var until: String
    var kind: String?
  }

  /// Reads a file of them, a JSON object a line.
  /// - Throws: the first mistake, with its place.
  package static func read(_ path: String) throws(Diagnostic) -> [IncidentLabel] {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      let near = NearFile.path(to: path).map { "did you mean \($0)?" }
      throw Diagnostic(file: path, message: "cannot be read", hint: near ?? "")
    }
    var labels: [IncidentLabel] = []
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      func problem(_ message: String, _ hint: String) -> Diagnostic {
        Diagnostic(
          file: path, line: number + 1, column: 1, length: 1, severity: .error, message: message, hint: hint,
          source: String(line))
      }
      guard let read = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else {
        throw problem(
          "not a label",
          #"a line is {"key": "ci-bot", "from": "2026-11-24T10:00:00Z", "until": "2026-11-24T12:00:00Z", "kind": "retry_loop"}"#
        )
      }
      guard let from = EngineTime(rfc3339: read.from), let until = EngineTime(rfc3339: read.until) else {
        throw problem("'from' or 'until' is no time", "write 2026-11-24T10:00:00Z")
      }
      guard from < until else { throw problem("'until' is not after 'from'", "swap them") }
      labels.append(
        IncidentLabel(key: read.key, from: from, until: until, kind: read.kind ?? "incident"))
    }
    return labels
  }
}
