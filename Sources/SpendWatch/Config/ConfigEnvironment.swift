import Foundation
package import SpendEngine

/// What a rules file means beside its text: where relative paths and secrets are, and what day it is.
package struct ConfigEnvironment: Sendable {
  /// Directory of the rules file, absolute: relative paths start here.
  package var directory: String
  /// What `~` stands for; nil where nobody says.
  package var home: String?
  /// `$CREDENTIALS_DIRECTORY`, where systemd puts a unit's secrets.
  package var credentialsDirectory: String?
  /// Calendar tables are made around it.
  package var now: EngineTime
  package var secrets: Secrets
  /// A price file that cannot be used is an error; else a warning, and the bundled list is used.
  package var needsPriceFile: Bool

  package enum Secrets: Sendable, Hashable {
    /// A secret that cannot be read is an error: for `watch`.
    case required
    /// A secret that this user may not read, or that only the unit is given, is a warning, and its value is empty: for `check`.
    case whereReadable
    /// Secrets are not looked at, and their values are empty: for `test`, which sends nothing anywhere.
    case unneeded
  }

  package init(
    directory: String, home: String?, credentialsDirectory: String?, now: EngineTime,
    secrets: Secrets = .required, needsPriceFile: Bool = true
  ) {
    self.directory = directory
    self.home = home
    self.credentialsDirectory = credentialsDirectory
    self.now = now
    self.secrets = secrets
    self.needsPriceFile = needsPriceFile
  }

  /// This process's, for the rules file at `path`.
  package init(forRulesAt path: String, secrets: Secrets = .required, needsPriceFile: Bool = true) {
    let variables = ProcessInfo.processInfo.environment
    func set(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    var full = path
    if !full.hasPrefix("/") { full = FileManager.default.currentDirectoryPath + "/" + full }
    let directory = full.lastIndex(of: "/").map { String(full[..<$0]) } ?? ""
    self.init(
      directory: directory.isEmpty ? "/" : directory, home: set("HOME"),
      credentialsDirectory: set("CREDENTIALS_DIRECTORY"),
      now: WallClock.now, secrets: secrets, needsPriceFile: needsPriceFile)
  }

  /// The rules file that commands use where none is named: `./rules.yaml`, else `/etc/spendfuse/rules.yaml`.
  package static func defaultRulesPath() -> String {
    FileManager.default.fileExists(atPath: "rules.yaml") ? "rules.yaml" : "/etc/spendfuse/rules.yaml"
  }

  /// Makes a path absolute: `~/` is the home directory, a relative path starts at the rules file. Variables are not expanded.
  func resolve(_ path: String) -> Result<String, WrittenValue.Refusal> {
    if path == "~" || path.hasPrefix("~/") {
      guard let home else {
        return .failure(
          .init(
            message: "'~' stands for the home directory, and $HOME is not set", hint: "write the whole path"))
      }
      return .success((home.hasSuffix("/") ? String(home.dropLast()) : home) + path.dropFirst())
    }
    if path.hasPrefix("~") {
      return .failure(.init(message: "'~name' is not expanded", hint: "write the whole path"))
    }
    if path.hasPrefix("/") { return .success(path) }
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2).drop { $0 == "/" } }
    return .success((directory == "/" ? "" : directory) + "/" + rest)
  }
}
