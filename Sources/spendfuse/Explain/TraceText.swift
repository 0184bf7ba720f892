import SpendEngine
import SpendWatch

/// `explain --request` and `explain --line` for people.
struct TraceText {
  private let message: TracesMessage
  private let timeZone: String

  init(_ message: TracesMessage, timeZone: String) {
    self.message = message
    self.timeZone = timeZone
  }

  func text(for terminal: OutputTerminal) -> String {
    var text = message.records.map { record($0, terminal) }.joined(separator: "\n")
    if !message.notes.isEmpty { text += "\nNOTES\n" + message.notes.map { "  \($0.printable)\n" }.joined() }
    return terminal.folded(text)
  }

  private func record(_ record: TraceMessage, _ terminal: OutputTerminal) -> String {
    var text = terminal.text("record \(record.file):\(record.offset)".printable, .strong)
    text += ", \(record.length.grouped) bytes\n"
    text += row("source", record.source)
    let known = record.format ?? record.sourceFormat
    text += row("format", record.formatText.isEmpty ? known : "\(known): \(record.formatText)")
    switch record.outcome {
    case "usage": text += row("outcome", record.errors == 1 ? "a failed attempt" : "one billed call")
    case "no_usage": text += row("outcome", "known, and no billed call: it adds nothing")
    default: text += row("outcome", "rejected, \(record.outcome): it adds nothing")
    }
    if let counting = record.counting, counting.outcome == "duplicate" {
      // The same numbers again: what they add is all there is to say.
      return text + row("counted", counting.text)
    }
    text += fields(record, terminal)
    guard record.outcome == "usage" else { return text }
    text += call(record) + tokens(record, terminal) + cost(record)
    if let counting = record.counting {
      text += "\nCOUNTED\n  \(counting.text.printable)\n" + added(counting)
    }
    return text + rules(record)
  }

  private func row(_ title: String, _ value: String) -> String {
    "  \(title)\(String(repeating: " ", count: max(1, 12 - title.count)))\(value.printable)\n"
  }

  private func fields(_ record: TraceMessage, _ terminal: OutputTerminal) -> String {
    if record.fields.isEmpty { return "" }
    var table = OutputTable([.name("field"), .name("value")])
    for field in record.fields { table.add([field.path, field.value]) }
    return "\nREAD\n" + table.text(for: terminal)
  }

  private func call(_ record: TraceMessage) -> String {
    var text = "\nCALL\n"
    text += row(
      "time", record.time.map { TimeText.people($0, timeZone: timeZone) } ?? "none: when it was read")
    let names: [(String, String?)] = [
      ("key", record.keyAlias.map { "\(record.key ?? Subject.none), called \($0)" } ?? record.key),
      ("task", record.task),
      ("model", record.model), ("user", record.user), ("team", record.team), ("request", record.requestId),
      ("max_tokens", record.maxTokens.map { $0.grouped }),
    ]
    for (title, name) in names { if let name { text += row(title, name) } }
    if record.isContradictory == true {
      text += row("counts", "they contradict each other: the larger reading is counted")
    }
    return text
  }

  private func tokens(_ record: TraceMessage, _ terminal: OutputTerminal) -> String {
    let isPriced = record.price?.row != nil
    var columns: [OutputTable.Column] = [.fixed("tokens"), .number("count")]
    if isPriced { columns += [.number("USD per million", spare: 1), .number("USD")] }
    var table = OutputTable(columns + [.name("made of", spare: 2)])
    for bucket in record.buckets {
      var cells = [bucket.name, bucket.tokens.grouped]
      if isPriced {
        cells.append(bucket.rateNanoUsdPerMillion.map { NanoUSD(rawValue: $0).decimal } ?? "")
        cells.append(bucket.costUsd ?? "")
      }
      table.add(cells + [bucket.rule])
    }
    return "\nTOKENS\n" + table.text(for: terminal)
  }

  private func cost(_ record: TraceMessage) -> String {
    guard let price = record.price else { return "" }
    var said = NanoUSD(rawValue: price.costNanoUsd).exactText
    switch price.by {
    case "log": return "\nCOST    \(said), as the log says\n"
    case "none": return "\nCOST    \(said): nothing was billed\n"
    case "dearest":
      let what = record.model.map { "model \($0)" } ?? "a call without a model"
      said += ", a guess: no price is known for \(what), so the dearest stands in"
    default: said += " by the price table"
    }
    var text = "\nCOST    \(said.printable)\n"
    text += row("price row", "\(price.row ?? "") (\(price.origin ?? "")), tier \(price.tier ?? "standard")")
    text += row(
      "context", price.longContextAbove.map { "long: input is over \($0.grouped) tokens" } ?? "not long")
    if let factor = price.surchargeMillionths {
      text += row("surcharge", "the tokens cost \(NanoUSD(rawValue: factor * 1_000).decimal) times as much")
    }
    if let searches = price.webSearches, let fee = price.webSearchFeeNanoUsd {
      text += row("searches", "\(searches) web searches at \(NanoUSD(rawValue: fee).exactText)")
    }
    return text
  }

  private func added(_ counting: TraceMessage.Counting) -> String {
    if counting.outcome == "once" || counting.outcome == "first" { return "" }
    return
      "  added: \(NanoUSD(rawValue: counting.costNanoUsd).exactText), \(Metric.tokens.text(counting.tokens))\n"
  }

  private func rules(_ record: TraceMessage) -> String {
    if record.rules.isEmpty { return "" }
    var text = "\nRULES\n"
    for rule in record.rules {
      text += "  \(rule.name), \(rule.subject.text(alias: rule.alias)): \(rule.text)".printable + "\n"
    }
    return text
  }
}
