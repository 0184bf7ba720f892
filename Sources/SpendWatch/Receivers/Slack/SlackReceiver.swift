package import SpendEngine

/// A Slack incoming webhook.
package struct SlackReceiver: Sendable, Hashable {
  package var url: Secret

  package init(url: Secret) { self.url = url }

  package static let settings: [Setting] = [
    Setting(
      "webhook_url", .url(schemes: ["https", "http"]),
      help: "for trying out; use webhook_url_file in production",
      example: "https://hooks.slack.com/services/..."),
    Setting(
      "webhook_url_file", .path,
      help: "a file with the URL; a bare name is looked up in $CREDENTIALS_DIRECTORY",
      example: "slack-webhook"),
    Setting("insecure", .flag, help: "allow plain http to a public address", example: "true"),
  ]

  static func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> SlackReceiver? {
    context.url(
      values, inline: "webhook_url", file: "webhook_url_file", schemes: ["https", "http"], problems: &problems
    ).map { SlackReceiver(url: $0) }
  }
}
