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
