internal import SpendEngine

/// What a test alert's outcome means, for people: what came back, and what to do about it. Never a URL, only its host.
package struct TrialText: Sendable, Hashable {
  /// `delivered: HTTP 200 in 84 ms`; `hooks.slack.com (3f9a1c): HTTP 404 no_service`
  package let fact: String
  /// The next step; empty where there is none.
  package let advice: String

  package init(_ outcome: ReceiverTrial.Outcome) {
    let label = URLLabel(outcome.receiver.url.revealed).description
    switch outcome.answer {
    case .success(let response):
      let word = RetryPolicy.word(response.body)
      if outcome.isDelivered {
        let messages = outcome.delivered == 2 ? "firing and resolved" : "one message"
        fact = "delivered, \(messages): HTTP \(response.status) in \(Self.milliseconds(outcome.took)) ms"
        advice = ""
        return
      }
      let first = outcome.delivered > 0 ? " to the resolving message; the firing one was taken" : ""
      fact = "\(label): HTTP \(response.status)\(word)\(first)"
      advice =
        Self.slackAdvice(outcome.receiver, word: String(word.dropFirst()))
        ?? Self.advice(response, of: outcome.receiver)
    case .failure(let failure):
      fact = failure.text
      advice = Self.advice(failure.kind, of: outcome.receiver)
    }
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }

  /// Where the rules file has its URL.
  private static func setting(_ receiver: Receiver) -> String {
    switch receiver.kind {
    case .slack: "'webhook_url' or 'webhook_url_file' of receiver '\(receiver.name)'"
    case .webhook: "'url' or 'url_file' of receiver '\(receiver.name)'"
    }
  }

  /// Slack's own words (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, "Handling errors").
  private static func slackAdvice(_ receiver: Receiver, word: String) -> String? {
    guard case .slack = receiver.kind else { return nil }
    let renew = "make a new one in Slack (your app, Incoming Webhooks) and put it into \(setting(receiver))"
    return switch word {
    case "no_service", "no_service_id", "no_active_hooks", "invalid_token", "no_team", "team_disabled":
      "Slack knows this webhook no more, or it was copied only in part: \(renew)"
    case "channel_not_found", "channel_is_archived": "the webhook's channel is gone or archived: \(renew)"
    case "action_prohibited", "posting_to_general_channel_denied":
      "an administrator of the workspace has forbidden it: ask one, or \(renew)"
    case "user_not_found": "the person it writes to is gone: \(renew)"
    case "invalid_payload", "no_text", "too_many_attachments":
      "Slack does not take the message: is this URL one of an incoming webhook of Slack? If it is, report it as a bug of spendfuse"
    default: nil
    }
  }

  private static func advice(_ response: HTTPResponse, of receiver: Receiver) -> String {
    switch response.status {
    case 300...399: "redirects are not followed: write the address that it leads to into \(setting(receiver))"
    case 401, 403, 407:
      "it refuses the sender: look for a wrong or expired token in \(setting(receiver))"
    case 404, 410: "nothing takes alerts under this path: look for a slip in \(setting(receiver))"
    case 400, 405, 406, 411, 413, 415, 422:
      "something answers there that does not take \(form(receiver)): is it the right address? See its log"
    case 408, 425:
      "it had no time for it: try again; the daemon would do so by itself"
    case 429:
      "it takes no more for now\(response.retryAfter.map { " (Retry-After: \($0.prefix(40)))" } ?? ""): try again later; the daemon waits "
        + "by itself"
    case 500...:
      "it is there and fails: see its own log; the daemon would try again for three days"
    default: "see what is behind \(setting(receiver))"
    }
  }

  private static func form(_ receiver: Receiver) -> String {
    switch receiver.kind {
    case .slack: "Slack's JSON"
    case .webhook: "Alertmanager's JSON (webhook, version 4)"
    }
  }

  private static func advice(_ kind: HTTPFailure.Kind, of receiver: Receiver) -> String {
    switch kind {
    case .name:
      "no such host is known here: look for a slip in \(setting(receiver)), or at this machine's DNS"
    case .refused: "nobody listens there: start the receiver, or look at the port in \(setting(receiver))"
    case .connection:
      "look at the network between here and there: a firewall, a route, a proxy that is needed"
    case .timeout: "nothing came back in time: a firewall that drops, or a receiver that hangs; see its log"
    case .tls:
      "where its certificate is not trusted: install ca-certificates, or your own authority with update-ca-certificates; where it "
        + "speaks no TLS: write http into \(setting(receiver))"
    case .refusedAddress: "such an address is never an alert's: write another into \(setting(receiver))"
    case .invalid: "it cannot be sent to at all: correct \(setting(receiver)), and run spendfuse check"
    }
  }
}
