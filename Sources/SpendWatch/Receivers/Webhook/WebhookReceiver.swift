package import SpendEngine

/// A generic webhook: Alertmanager's JSON, version 4.
package struct WebhookReceiver: Sendable, Hashable {
  package var url: Secret

  package init(url: Secret) { self.url = url }

  package static let settings: [Setting] = [
    Setting(
      "url", .url(schemes: ["https", "http"]), help: "where to POST", example: "https://ops.example/hook"),
    Setting(
      "url_file", .path, help: "a file with the URL; a bare name is looked up in $CREDENTIALS_DIRECTORY",
      example: "ops-hook"),
    Setting("insecure", .flag, help: "allow plain http to a public address", example: "true"),
  ]

  static func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> WebhookReceiver? {
    context.url(values, inline: "url", file: "url_file", schemes: ["https", "http"], problems: &problems)
      .map { WebhookReceiver(url: $0) }
  }
}
