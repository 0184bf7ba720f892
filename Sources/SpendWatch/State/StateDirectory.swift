internal import Foundation

/// Where a state lives: the database, the lock, the control socket. Mode 0700.
package struct StateDirectory: Sendable, Hashable {
  /// Absolute, without a slash at the end.
  package let path: String

  /// `path` may be relative, or begin with `~/`.
  package init(_ path: String, environment: [String: String] = ProcessInfo.environmentNow) {
    var path = path
    if path == "~" || path.hasPrefix("~/"), let home = environment["HOME"], home.hasPrefix("/") {
      path = home + path.dropFirst()
    }
    if !path.hasPrefix("/") { path = FileManager.default.currentDirectoryPath + "/" + path }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
  }

  /// The default: `$STATE_DIRECTORY` (the first, where systemd lists several), else `$XDG_STATE_HOME/spendfuse`, else
  /// `~/.local/state/spendfuse`.
  package static func standard(environment: [String: String] = ProcessInfo.environmentNow) throws(StateError)
    -> StateDirectory
  {
    if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
      return StateDirectory(String(given), environment: environment)
    }
    // The XDG specification: a relative path is to be ignored.
    if let given = environment["XDG_STATE_HOME"], given.hasPrefix("/") {
      return StateDirectory(given + "/spendfuse", environment: environment)
    }
    guard let home = environment["HOME"] ?? homeOfUser(), home.hasPrefix("/") else {
      throw StateError(.unknownPlace, path: "~/.local/state/spendfuse", detail: "$HOME is not set")
    }
    return StateDirectory(home + "/.local/state/spendfuse", environment: environment)
  }

  /// Holds the path of the rules file that the last daemon ran with, for commands that find it down.
  private var rulesNotePath: String { path + "/rules-path" }

  /// Absolute; nil where no daemon has run here. The file may be gone by now.
  package var notedRulesPath: String? {
    guard let text = try? String(contentsOfFile: rulesNotePath, encoding: .utf8) else { return nil }
    let path = text.trimmingCharacters(in: .newlines)
    return path.hasPrefix("/") ? path : nil
  }

  /// Absolute; nil where no daemon has run here, or its rules file is gone.
  package var lastRulesPath: String? {
    notedRulesPath.flatMap { access($0, R_OK) == 0 ? $0 : nil }
  }

  /// A note, not a part of the state: a failure to write it costs only a default.
  package func note(rulesPath: String) {
    let full =
      rulesPath.hasPrefix("/") ? rulesPath : FileManager.default.currentDirectoryPath + "/" + rulesPath
    try? Data((full + "\n").utf8).write(to: URL(fileURLWithPath: rulesNotePath), options: .atomic)
  }

  /// `--state DIR` for commands at a shell; nil where they find it without: the user's own, and the system's (through /run/spendfuse).
  package var option: String? {
    var user = ProcessInfo.environmentNow
    user["STATE_DIRECTORY"] = nil
    if path == "/var/lib/spendfuse" || path == (try? StateDirectory.standard(environment: user))?.path {
      return nil
    }
    return "--state " + SubjectText.shellQuoted(path)
  }

  /// What starts a daemon on it.
  /// - Parameter rules: the rules file.
  package func startCommand(rules: String) -> String {
    if path == StateDirectory.system.path { return "systemctl start spendfuse" }
    let parts = ["spendfuse watch", SubjectText.option("rules", rules), option ?? ""]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// Where the service of systemd keeps its own.
  package static let system = StateDirectory("/var/lib/spendfuse")

  package var databasePath: String { path + "/state.db" }
  package var lockPath: String { path + "/lock" }

  /// Makes the directory and its missing parents, each with mode 0700. One that is there already is closed to others if it is
  /// ours (empty, or with a state in it); a directory with other things in it keeps its mode.
  package func prepare() throws(StateError) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) != 0, errno != EEXIST {
        let reason = errno
        var info = stat()
        if stat(made, &info) != 0 { throw failure(reason) }
      }
    }
    var info = stat()
    guard stat(path, &info) == 0 else { throw failure(errno) }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      throw StateError(.notDirectory, path: path)
    }
    guard access(path, R_OK | W_OK | X_OK) == 0 else { throw failure(errno) }
    if info.st_mode & 0o077 != 0, info.st_mode & S_ISVTX == 0, isOurs, chmod(path, 0o700) != 0 {
      throw failure(errno)
    }
  }

  private var isOurs: Bool {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
    return entries.isEmpty || entries.contains("state.db")
  }

  private func failure(_ code: Int32) -> StateError {
    if code == ENOTDIR { return StateError(.notDirectory, path: NearFile.inTheWay(of: path) ?? path) }
    return StateError(.directory, path: path, detail: SystemError.text(code))
  }

  /// A file that root makes here for the daemon's user must be that user's, or the daemon could not open it.
  func giveToOwner(_ descriptor: Int32) {
    var info = stat()
    guard geteuid() == 0, stat(path, &info) == 0, info.st_uid != 0 else { return }
    _ = fchown(descriptor, info.st_uid, info.st_gid)
  }

  private static func homeOfUser() -> String? {
    guard let entry = getpwuid(geteuid()), let home = entry.pointee.pw_dir else { return nil }
    return String(cString: home)
  }
}

extension ProcessInfo {
  /// The environment of this process.
  package static var environmentNow: [String: String] { processInfo.environment }
}
