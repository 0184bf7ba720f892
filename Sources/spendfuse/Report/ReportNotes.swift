import Foundation
import SpendEngine
import SpendWatch

/// What the sums of a report do not show, in sentences; counts of 0 are left out.
struct ReportNotes {
  private let result: ReportResult
  private let zone: TimeZone
  private let since: EngineTime?
  private let until: EngineTime?

  init(_ result: ReportResult, zone: TimeZone, since: EngineTime?, until: EngineTime?) {
    self.result = result
    self.zone = zone
    self.since = since
    self.until = until
  }

  /// Where each record went.
  var records: [String] {
    let books = result.books
    guard books.read > 0 else { return [] }
    let counted = max(0, books.folded - result.outside)
    var parts = ["\(counted.grouped) counted"]
    if result.outside > 0 { parts.append("\(result.outside.grouped) outside the time asked for") }
    if books.noUsage > 0 { parts.append("\(books.noUsage.grouped) without usage") }
    if books.duplicate > 0 {
      parts.append("\(books.duplicate.grouped) duplicate\(books.duplicate == 1 ? "" : "s")")
    }
    if books.rejectedTotal > 0 {
      let reasons = books.rejections.map { "\($0.reason.name) \($0.count.grouped)" }
      parts.append("\(books.rejectedTotal.grouped) rejected (\(reasons.joined(separator: ", ")))")
    }
    // A state knows sums of hours: which records of its books were in the time asked for it cannot say.
    let whole = result.priceOrigin == nil && (since != nil || until != nil) ? " of all times" : ""
    return [
      "\(books.read.grouped) record\(books.read == 1 ? "" : "s")\(whole): \(parts.joined(separator: ", "))"
    ]
  }

  /// Where the costs are from.
  var prices: [String] {
    let sums = result.totals
    let list = "the price list" + (result.priceOrigin.map { " (\($0))" } ?? "")
    let parts = [
      (sums.pricedByLog, "by the log"), (sums.pricedByTable, "by \(list)"),
      (sums.pricedByDearest, "by guess"),
    ].filter { $0.0 > 0 }
    var lines: [String] = []
    if parts.count == 1, sums.pricedByDearest == 0 {
      lines = ["all priced \(parts[0].1)"]
    } else if !parts.isEmpty {
      lines = ["priced: \(parts.map { "\($0.0.grouped) \($0.1)" }.joined(separator: ", "))"]
    }
    if !result.guessed.isEmpty {
      let models = result.guessed.prefix(5).map { "\($0.model) (\($0.requests.grouped))" }
      let more = result.guessed.count > 5 ? " and \(result.guessed.count - 5) more" : ""
      lines.append("no price for \(models.joined(separator: ", "))\(more): counted as the dearest model")
    }
    return lines
  }

  /// In place of a table without rows.
  var empty: [String] {
    guard let span = result.span else {
      if result.books.read == 0 { return ["nothing was spent: there is no record to read"] }
      return [
        "nothing was spent: no record says what a call used (--format, or `fields:` of a rules file, say where)"
      ]
    }
    let asked = [since.map { "since \(minute($0))" }, until.map { "before \(minute($0))" }].compactMap { $0 }
    let name = zone.identifier == "GMT" ? "UTC" : zone.identifier
    return [
      "no call \(asked.joined(separator: " and "))",
      "known calls go from \(minute(span.lowerBound)) to \(minute(span.upperBound)) (\(name))",
    ]
  }

  /// What the small bars are.
  /// - Parameter count: values that are added up to one.
  func bars(_ spark: ReportSpark, valuesOfABar count: Int) -> String {
    let length = spark.step.multipliedReportingOverflow(by: Int64(count)).partialValue
    let bar = "a bar is \(ReportNotes.length(length))"
    return switch spark.axis {
    case .period(.hour): "when: 60 minutes, \(bar)"
    case .period(.day): "when: from 0 to 24 o'clock, \(bar)"
    case .period(.week): "when: the days of the week"
    case .period(.month): "when: the days of the month, \(bar)"
    case .span(let first, let last): "when: from \(first) to \(last), \(bar)"
    }
  }

  private static func length(_ span: Milliseconds) -> String {
    if span == .day { return "a day" }
    return span == .hour ? "an hour" : TimeText.span(span)
  }

  /// `2026-11-24 13:00` in the zone.
  private func minute(_ time: EngineTime) -> String {
    let date = Date(timeIntervalSince1970: Double(time.milliseconds) / 1_000)
    let local = time + Milliseconds(zone.secondsFromGMT(for: date)) * .second
    return String(local.rfc3339.prefix(16)).replacing("T", with: " ")
  }
}
