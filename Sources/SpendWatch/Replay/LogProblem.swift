internal import SpendEngine

/// Why a log could not be read, or not to its end. Said on stderr; the rest is read all the same.
package struct LogProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// As given by the user.
  package var path: String
  /// Lower case, without a full stop: `permission denied`.
  package var message: String

  /// One line, safe for a terminal: names of files may hold anything.
  package var description: String { "\(path.printable): \(message.printable)" }

  package init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }
}
