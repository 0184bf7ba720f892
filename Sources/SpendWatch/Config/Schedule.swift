import Foundation
package import SpendEngine

/// What a configuration comes to, in plain words: `check` prints it, and `watch` when it starts.
package enum Schedule {
  /// Lines without a last line end. Of URLs only host and port are in it.
  /// - Parameters:
  ///   - now: for the next reset.
  ///   - counting: how many files a source matches now, or nil where that is not known.
  package static func text(
    _ configuration: Configuration, now: EngineTime,
    counting: (Source) -> (files: Int, isPartial: Bool)? = { MatchingFiles.count($0.pattern) }
  ) -> String {
    var lines = ["time zone    \(zone(configuration, now: now))"]
    if configuration.mode != .enforce {
      lines.append("mode         \(configuration.mode.name): \(meaning(configuration.mode))")
    }
    lines += ["sources"] + table(configuration.sources.map { [$0.pattern, source($0, counting($0))] })
    lines +=
      ["rules"]
      + table(configuration.rules.rules.map { [$0.name, rule($0)] }, ifNone: "none: nothing can fire")
    if configuration.rules.rules.contains(where: { $0.mode == .enforce && [.key, .task].contains($0.halt) }) {
      lines.append("  calls without a key or task count as '(none)', which alerts and cannot be halted")
    }
    let brake = configuration.rules.brake
    lines.append(
      "brake        more than \(brake.halts) new halts in \(brake.span.spanText): further ones wait, and a person is paged"
    )
    lines += ["receivers"]
    lines += table(
      configuration.receivers.map { [$0.name, "\($0.kind.name.rawValue) at \(host($0.url))"] },
      ifNone: "none: alerts are only in the log")
    lines +=
      ["kill switch"] + table(configuration.switches.map(kind), ifNone: "none: a halt is only in the state")
    lines.append("prices       \(prices(configuration.prices))")
    return lines.map(\.printable).joined(separator: "\n")
  }

  private static func zone(_ configuration: Configuration, now: EngineTime) -> String {
    guard let days = CalendarBuilder.table(.day, configuration.calendar, around: now),
      let zone = TimeZone(identifier: configuration.timeZone)
    else { return configuration.timeZone }
    let next = Date(days.period(of: now).end)
    return
      "\(configuration.timeZone); the day ends at \(next.formatted(Date.ISO8601FormatStyle(timeZone: zone)))"
  }

  private static func source(_ source: Source, _ count: (files: Int, isPartial: Bool)?) -> String {
    let start = source.start == .end ? ", from the end of files that are there at the first start" : ""
    var what = source.fields == nil ? source.format.name : "its own fields"
    if let duplicates = source.duplicates {
      what += duplicates == .copies ? ", each call once by its id" : ", each record a call"
    }
    let mapping = source.fields.map { ": \($0.text)" } ?? ""
    guard let count else { return what + start + mapping }
    let files = count.files == 1 ? "1 file" : "\(count.files) files"
    return "\(what)\(start), \(count.isPartial ? "at least " : "")\(files) now\(mapping)"
  }

  private static func kind(_ kind: Switch) -> [String] {
    switch kind {
    case .redis(let redis): ["redis", "at \(host(redis.url)), keys \(redis.prefix)..."]
    case .directory(let directory): ["directory", directory.path]
    }
  }

  private static func host(_ url: Secret) -> String {
    guard !url.revealed.isEmpty else { return "an address that this user may not read" }
    let schemes = ["https", "http", "redis"]
    guard case .success(let parsed) = ConfiguredURL.parse(url.revealed, schemes: schemes) else { return "?" }
    return parsed.shown
  }

  private static func prices(_ prices: PriceTable) -> String {
    let own = prices.overrides.count
    let overrides = own == 0 ? "" : own == 1 ? ", 1 override" : ", \(own) overrides"
    let rates = prices.dearest.rates
    let fallback = prices.fallbackOrigin.isEmpty ? "" : ", else \(prices.fallbackOrigin)"
    return """
      \(prices.origin), \(prices.rows.count) names\(overrides)\(fallback); a model without a price counts as \(prices.dearest.name) \
      (\(NanoUSD(rawValue: rates.input).exactText) in, \(NanoUSD(rawValue: rates.output).exactText) out a million)
      """
  }

  // MARK: Rules

  private static func rule(_ rule: Rule) -> String {
    var text: String
    switch rule.kind {
    case .threshold(let threshold): text = self.threshold(threshold, per: rule.per)
    case .ceiling(let ceiling): text = self.ceiling(ceiling)
    case .spike(let spike): text = self.spike(spike, per: rule.per)
    }
    if rule.hold > 0 { text += "; must hold for \(rule.hold.spanText)" }
    if rule.keepFiring > 0 { text += "; goes on for \(rule.keepFiring.spanText) after its last sign" }
    if let halt = rule.halt {
      let whom = halt == .global ? "everything" : "the \(halt.rawValue)"
      let end =
        switch rule.until {
        case .reset: "until the window ends"
        case .manual: "until a person lifts it"
        case .clear: "until its alert is over"
        case .after(let span): "for \(span.spanText), longer if it is still past it then"
        }
      let when =
        rule.kind.name == .spike ? "from its eighth day on" : rule.kind.name == .ceiling ? "then" : "at 100 %"
      text += rule.mode == .enforce ? "; \(when) halts \(whom) \(end)" : "; \(when) would halt \(whom)"
    }
    if let severity = rule.notes.severity { text += "; severity \(severity.rawValue)" }
    if rule.mode != .enforce { text += " [\(rule.mode.name): \(meaning(rule.mode))]" }
    return text
  }

  private static func threshold(_ rule: ThresholdRule, per: Per) -> String {
    let metric = rule.metric.rawValue.replacing("_", with: " ")
    var text =
      "\(metric) \(per.isEmpty ? "of everything" : "per \(per.name)") \(rule.window.spokenSpan): limit \(rule.metric.limitText(rule.limit.amount))"
    text += overrides(rule.limit, rule.metric)
    if !rule.alertAt.isEmpty {
      text += "; alerts at \(rule.alertAt.map { "\($0) %" }.joined(separator: ", "))"
    }
    if let clear = rule.clearAt { text += "; over below \(clear) %" }
    return text
  }

  private static func ceiling(_ rule: CeilingRule) -> String {
    let metric = rule.metric.rawValue.replacing("_", with: " ")
    let limit = "\(rule.metric.limitText(rule.limit.amount))\(overrides(rule.limit, rule.metric))"
    return rule.metric == .maxTokens
      ? "calls that ask for more than \(limit), or set no max_tokens"
      : "\(metric) of a call: limit \(limit)"
  }

  private static func spike(_ rule: SpikeRule, per: Per) -> String {
    let factor = NanoUSD(rawValue: rule.factor).decimal
    return """
      spend \(per.isEmpty ? "of everything" : "per \(per.name)") in \(Window.sliding(rule.window).name), 1h and 24h far above what is usual at this \
      hour: \(factor) times and \(NanoUSD(rawValue: rule.minimum).exactText) more at the least, sensitivity \(rule.sensitivity.rawValue); quiet for the first day
      """
  }

  private static func overrides(_ limit: Limit, _ metric: Metric) -> String {
    if limit.overrides.isEmpty { return "" }
    let own = limit.overrides.sorted { $0.key < $1.key }.map { "\($0.key) \(metric.limitText($0.value))" }
    return " (\(own.prefix(5).joined(separator: ", "))\(own.count > 5 ? ", and \(own.count - 5) more" : ""))"
  }

  private static func meaning(_ mode: Mode) -> String {
    switch mode {
    case .shadow: "recorded only"
    case .warn: "alerts only"
    case .enforce: "alerts and halts"
    }
  }

  /// Two columns, indented.
  private static func table(_ rows: [[String]], ifNone: String = "none") -> [String] {
    guard !rows.isEmpty else { return ["  \(ifNone)"] }
    // A very long first column does not push all the others out of sight.
    let width = min(rows.compactMap { $0.first.map(\.columns) }.max() ?? 0, 48)
    return rows.map { row in
      let first = row.first ?? ""
      let blank = String(repeating: " ", count: max(width - first.columns, 0))
      return "  \(first)\(blank)  \(row.dropFirst().joined(separator: "  "))"
    }
  }
}

extension Metric {
  /// A limit as it was written: exact, and without its unit where the metric has said it.
  fileprivate func limitText(_ amount: Int64) -> String {
    switch self {
    case .spend: NanoUSD(rawValue: amount).exactText
    case .errorRatio: text(amount)
    case .requests, .tokens, .inputTokens, .outputTokens, .errors, .attempts, .maxTokens: amount.grouped
    }
  }
}
