package import SpendEngine

/// The guide's keys: `ai:global:halt`, `ai:key:<id>:halt`, `ai:task:<id>:halt` = `1`.
package struct RedisSwitch: Sendable, Hashable {
  package var url: Secret
  /// Stands before every key; `ai:` by default.
  package var prefix: String

  package init(url: Secret, prefix: String = "ai:") {
    self.url = url
    self.prefix = prefix
  }

  package static let settings: [Setting] = [
    Setting(
      "url", .url(schemes: ["redis"]), help: "redis://[user:password@]host[:port][/db]",
      example: "redis://127.0.0.1:6379"),
    Setting("url_file", .path, help: "a file with the URL", example: "redis-url"),
    Setting("prefix", .text, help: "stands before every key; default ai:", example: "ai:"),
  ]
}

extension RedisSwitch {
  static func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> RedisSwitch? {
    guard
      let secret = context.url(
        values, inline: "url", file: "url_file", schemes: ["redis"], problems: &problems)
    else { return nil }
    let setting = values.has("url") ? "url" : "url_file"
    if case .success(let url) = ConfiguredURL.parse(secret.revealed, schemes: ["redis"]) {
      let database = url.path.drop { $0 == "/" }
      if !database.isEmpty, UInt16(database) == nil {
        problems.append(
          SettingProblem(setting, "a Redis database is a number", hint: "such as redis://127.0.0.1:6379/0"))
        return nil
      }
      if HostReach(host: url.host) == .open {
        problems.append(
          SettingProblem(
            setting,
            "Redis on '\(url.host)', a public address, without encryption: anybody on the way can lift a halt",
            isWarning: true))
      }
    }
    return RedisSwitch(url: secret, prefix: values.text("prefix") ?? "ai:")
  }
}
