internal import SpendEngine

/// Why a rule fired for a subject or has not, and what comes next: one sentence each, the most important first.
struct ExplainReasons {
  private let found: Explanation
  private let timeZone: String

  init(_ found: Explanation, timeZone: String) {
    self.found = found
    self.timeZone = timeZone
  }

  private var rule: Rule { found.rule }
  private var metric: Metric { found.rule.metric }

  var lines: [String] {
    var lines: [String] = []
    if rule.window == .request {
      lines += calls
    } else {
      lines += value
      lines += share
    }
    if let alert = found.alert {
      lines += pending(alert)
      lines += halting(alert)
      lines += ending(alert)
    } else if found.isPast, found.reached > 0 {
      lines.append("\(name(found.reached)) had been reached by then")
    } else if found.reached > 0, rule.window != .request {
      lines.append(
        "\(name(found.reached)) is reached, and nobody was told: what was there before a start is told with the next call"
      )
    }
    return lines
  }

  // MARK: The value

  /// `$12.40 of $25.00: the next step, 80 %, is at $20.00: $7.60 more`
  private var value: [String] {
    let used =
      "\(metric.text(found.value)) of \(metric.text(found.limit)) \(found.isPast ? "in the window" : rule.window.used(metric))"
    guard let next = found.next else {
      let past = found.value.subtractingSaturating(found.limit)
      return ["\(used): \(past == 0 ? "the limit is reached" : "\(metric.text(past)) past the limit")"]
    }
    let more =
      metric == .errorRatio ? "" : ": \(metric.text(next.value.subtractingSaturating(found.value))) more"
    let step = next.level >= 100 ? "the limit" : "the next step, \(next.level) %,"
    return ["\(used): \(step) is at \(metric.text(next.value))\(more)"]
  }

  private var share: [String] {
    guard let ratio = found.ratio else { return [] }
    var line = "\(ratio.part.grouped) of \(ratio.whole.grouped) calls failed"
    if ratio.whole < ratio.least {
      line += "; below \(ratio.least.grouped) calls the share counts as nothing"
    }
    return [line]
  }

  private var calls: [String] {
    guard let alert = found.alert else {
      return [
        "no call is past \(metric.text(found.limit)) now, or none was in the last \(TimeText.span(rule.keepFiring))"
      ]
    }
    let last = alert.quietSince.map { " at \(people($0))" } ?? ""
    return [
      "the last call that met it\(last): \(metric.text(alert.value)) against \(metric.text(alert.limit))"
    ]
  }

  // MARK: The breach

  private func pending(_ alert: Explanation.Alert) -> [String] {
    alert.pending.map {
      "\(name($0.level)) holds since \(people($0.since)); it acts when it has held for \(TimeText.span(rule.hold)), at \(people($0.due))"
    }
  }

  private func halting(_ alert: Explanation.Alert) -> [String] {
    guard alert.level > 0 else { return [] }
    var lines: [String] = []
    if rule.window != .request {
      lines.append(
        "\(name(alert.level)) was reached with \(metric.text(alert.value)) of \(metric.text(alert.limit)); the alert began \(people(alert.since))"
      )
    }
    if alert.told < alert.level { lines.append("nobody was told of \(name(alert.level)) yet") }
    guard alert.level >= 100 else { return lines }
    lines.append(halt(alert))
    return lines
  }

  private func halt(_ alert: Explanation.Alert) -> String {
    guard rule.halt != nil else { return "the rule halts nobody: people are told" }
    if rule.mode != .enforce {
      return "mode \(rule.mode.name): nobody is halted"
    }
    if let target = alert.halted {
      guard let halt = found.halts.first(where: { $0.subject == target && $0.origin == .rule(rule.name) })
      else { return "\(target.text) was to be halted" }
      if halt.isHeld {
        return
          "the halt of \(target.text) is held by the brake: too many halts in a short time, and a person was asked"
      }
      return
        "\(target.text) is halted \(HaltEndText.text(until: halt.until, end: found.rule.until.name, timeZone: timeZone))"
    }
    if let end = alert.headroomEnd {
      return
        "\(alert.resumedBy) lifted the halt; it halts again at \(people(end)) if it is still past the limit"
    }
    if let room = alert.headroomValue {
      return room == .max
        ? "\(alert.resumedBy) lifted the halt; it does not halt again before the window ends"
        : "\(alert.resumedBy) lifted the halt; it halts again at \(metric.text(room)): "
          + "\(metric.text(max(0, room.subtractingSaturating(found.value)))) more"
    }
    if alert.halts > 0 { return "its halt has been lifted" }
    return found.subject.names.contains(where: { $0 == Subject.none || $0 == Subject.other })
      ? "nobody is halted: these calls name nobody who could be" : "nobody is halted yet"
  }

  private func ending(_ alert: Explanation.Alert) -> [String] {
    if rule.window == .request {
      return alert.quietSince.map {
        ["it is over when no further call meets it until \(people($0 + rule.keepFiring))"]
      } ?? []
    }
    if let clear = found.clearValue {
      if let quiet = alert.quietSince {
        return [
          "below \(metric.text(clear)) since \(people(quiet)); it is over at \(people(quiet + rule.keepFiring)) if that lasts"
        ]
      }
      let when = found.fallsAt.map { ", which it is at \(people($0)) if nothing more comes" } ?? ""
      return ["it is over below \(metric.text(clear))\(when)"]
    }
    switch rule.window {
    case .calendar: return found.span.end.map { ["it is over when the window ends, \(people($0))"] } ?? []
    case .lifetime:
      return found.span.end.map { ["it is over when nothing comes for 30 days, \(people($0))"] } ?? []
    case .sliding, .request: return []
    }
  }

  private func name(_ level: Int64) -> String { level >= 100 ? "the limit" : "\(level) %" }
  private func people(_ time: EngineTime) -> String { TimeText.people(time, timeZone: timeZone) }
}
