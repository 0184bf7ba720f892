package import SpendEngine

// From settings to receivers and switches. Each maker takes values that were checked one by one, says what is wrong with them together,
// and returns nil where it cannot make the thing. A new kind is one case here and in its own folder.

extension Receiver.Kind {
  /// - Parameter kind: a name of `Receiver.kinds`.
  package static func make(
    _ kind: String, _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> Receiver.Kind? {
    switch kind {
    case "slack":
      context.url(
        values, inline: "webhook_url", file: "webhook_url_file", schemes: ["https", "http"],
        problems: &problems
      ).map { .slack(SlackReceiver(url: $0)) }
    case "webhook":
      context.url(values, inline: "url", file: "url_file", schemes: ["https", "http"], problems: &problems)
        .map { .webhook(WebhookReceiver(url: $0)) }
    default: nil
    }
  }

  /// As written in a rules file.
  package var name: String {
    switch self {
    case .slack: "slack"
    case .webhook: "webhook"
    }
  }

  /// Where it sends to; only host and port of it may be shown.
  var address: Secret {
    switch self {
    case .slack(let slack): slack.url
    case .webhook(let webhook): webhook.url
    }
  }
}

extension Switch {
  /// - Parameter kind: a name of `Switch.kinds`.
  package static func make(
    _ kind: String, _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> Switch? {
    switch kind {
    case "redis": RedisSwitch.make(values, context, problems: &problems).map(Switch.redis)
    case "directory":
      context.path(values, "path", problems: &problems).map { .directory(DirectorySwitch(path: $0)) }
    default: nil
    }
  }
}

extension RedisSwitch {
  fileprivate static func make(
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
