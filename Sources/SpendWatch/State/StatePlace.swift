internal import Foundation

/// What lies where a state is looked for, for people who look in the wrong place.
package enum StatePlace: Sendable, Hashable {
  /// A state, whole or not.
  case state
  /// A directory with other things, or nothing, in it.
  case empty
  case missing
  case notDirectory
  /// This user may not look; whose it is, where that is known.
  case closed(owner: String?)

  package init(_ directory: StateDirectory) {
    var info = stat()
    guard stat(directory.path, &info) == 0 else {
      switch errno {
      case EACCES: self = .closed(owner: StatePlace.owner(above: directory.path))
      case ENOTDIR: self = .notDirectory
      default: self = .missing
      }
      return
    }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      self = .notDirectory
      return
    }
    guard access(directory.path, R_OK | X_OK) == 0 else {
      self = .closed(owner: StatePlace.name(of: info.st_uid))
      return
    }
    // A log without its database is a state too, if a damaged one.
    let isThere = [directory.databasePath, directory.databasePath + "-wal"].contains { (file: String) in
      access(file, F_OK) == 0
    }
    self = isThere ? .state : .empty
  }

  /// Where daemons keep theirs by default: systemd's, this user's.
  package static func usual(environment: [String: String] = ProcessInfo.environmentNow) -> [StateDirectory] {
    var user = environment
    user["STATE_DIRECTORY"] = nil
    let own = (try? StateDirectory.standard(environment: user)).map { [$0] } ?? []
    return own + [StateDirectory.system]
  }

  /// The owner of the directory that is closed: the first above that can be seen.
  private static func owner(above path: String) -> String? {
    var path = path
    while let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      path = String(path[..<slash])
      var info = stat()
      if stat(path, &info) == 0 { return name(of: info.st_uid) }
    }
    return nil
  }

  private static func name(of user: uid_t) -> String? {
    getpwuid(user).map { String(cString: $0.pointee.pw_name) }
  }
}
