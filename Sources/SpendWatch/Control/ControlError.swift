/// Why a daemon could not be reached or serve.
package enum ControlError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nobody listens at any of these.
  case noDaemon(paths: [String])
  /// Somebody listens, but said nothing within so many milliseconds.
  case noAnswer(path: String, after: Int64)
  /// This user may not connect.
  case denied(path: String)
  /// Longer than a socket's path may be.
  case tooLong(path: String)
  /// A running daemon listens there already.
  case inUse(path: String)
  /// Something that is no socket lies there.
  case notSocket(path: String)
  /// The daemon said no, and why.
  case refused(status: Int, message: String)
  /// What came back is no reply of ours.
  case badReply(path: String, detail: String)
  case system(path: String, SystemError)

  /// One line.
  package var description: String {
    switch self {
    case .noDaemon(let paths): "no daemon is running (nobody listens at \(paths.joined(separator: " or ")))"
    case .noAnswer(let path, let span):
      "the daemon at \(path) does not answer (waited \(span / 1000) s): look at its log, or restart it"
    case .denied(let path):
      "you may not talk to the daemon at \(path): run this as its user, as root, or as a member of the file's group"
    case .tooLong(let path):
      "the socket's path is \(path.utf8.count) bytes long, and \(UnixAddress.longestPath) is the most: \(path); "
        + "choose a shorter --state, or set RUNTIME_DIRECTORY to a shorter directory"
    case .inUse(let path): "another daemon listens at \(path): stop it first"
    case .notSocket(let path): "\(path) is in the way: it is not a socket; move it away"
    case .refused(_, let message): message
    case .badReply(let path, let detail):
      "the daemon at \(path) sent no reply of ours: \(detail); is it spendfuse, and of this version? Restart it after an upgrade"
    case .system(let path, let error):
      "the daemon at \(path) cannot be reached: \(error); look at its log, or restart it"
    }
  }
}
