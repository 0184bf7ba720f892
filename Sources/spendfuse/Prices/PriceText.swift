import SpendEngine
import SpendWatch

/// A bill as people and scripts read it.
struct PriceText {
  private let bill: PriceBill
  private let model: String
  private let tokens: TokenBuckets
  private let table: PriceTable
  private let near: [String]
  /// It is before the call: the answer is as long as it may be.
  private let isMost: Bool

  init(_ bill: PriceBill, model: String, tokens: TokenBuckets, table: PriceTable, isMost: Bool = false) {
    self.isMost = isMost
    self.bill = bill
    self.model = model
    self.tokens = tokens
    self.table = table
    near = bill.match.part == .dearest ? table.names(near: model) : []
  }

  /// For standard error, where nothing matched.
  var guess: String {
    let hint =
      near.isEmpty
      ? "; give it one under 'prices: overrides:' of the rules: \(PriceOverride.example(for: model).printable)"
      : "; near: \(near.map(\.printable).joined(separator: ", "))"
    return
      "spendfuse: no list has '\(Subject.cut(model).printable)': this is the price of the dearest, \(bill.match.row.name.printable)\(hint)"
  }

  func text(for terminal: OutputTerminal) -> String {
    let row = bill.match.row
    var text = "\(row.name.printable), from \(table.origin(of: bill.match.part).printable)\n"
    text += notes.map { terminal.text($0, .faint) + "\n" }.joined()
    var lines = OutputTable([.name(""), .number("count"), .number("rate", spare: 1), .number("cost")])
    let costs = PriceText.aligned(
      bill.lines.map { $0.cost.text } + [bill.perCall.exactText, bill.total.exactText])
    let rates = PriceText.aligned(bill.lines.map { NanoUSD(rawValue: $0.rate).exactText })
    for (index, line) in bill.lines.enumerated() {
      let per = line.what == "web search" ? "each" : "/M"
      lines.add([line.what, line.count.grouped, "\(rates[index]) \(per)", costs[index]])
    }
    lines.rule()
    let call = bill.calls == 1 ? isMost ? "at most" : "total" : isMost ? "a call, at most" : "a call"
    lines.add([call, "", "", costs[bill.lines.count]], look: .strong)
    if bill.calls > 1 {
      lines.add(["\(bill.calls.grouped) calls", "", "", costs[bill.lines.count + 1]], look: .strong)
    }
    return terminal.folded(text) + lines.text(for: terminal)
  }

  /// With as many decimals each as the one that has the most, so that points stand below each other.
  private static func aligned(_ amounts: [String]) -> [String] {
    func places(_ text: String) -> Int { text.split(separator: ".").dropFirst().last?.count ?? 0 }
    let most = amounts.map(places).max() ?? 0
    return amounts.map { amount in
      let missing = most - places(amount)
      return missing > 0
        ? amount + (amount.contains(".") ? "" : ".") + String(repeating: "0", count: missing) : amount
    }
  }

  /// What changes the rates.
  private var notes: [String] {
    var notes: [String] = []
    if bill.tier != .standard {
      notes.append(
        bill.isTierListed
          ? "tier \(bill.tier.name)"
          : "tier \(bill.tier.name) has no rates of its own here: those of standard")
    }
    if let above = bill.isLong(tokens) {
      notes.append("long request: \(tokens.input.grouped) tokens of input are over \(above.thousands)")
    }
    let row = bill.match.row
    for (surcharge, factor, what) in [
      (Surcharges.fast, row.fastFactor, "served fast"), (.inUS, row.usFactor, "kept in the US"),
    ] where bill.surcharges.contains(surcharge) {
      notes.append(
        factor == 1_000
          ? "\(what): no factor is listed, so it costs the same"
          : "\(what): the tokens times \(ExactFactor(factor).text)")
    }
    return notes
  }

  var json: String {
    var object = JSONObject()
    object.add("model", model)
    var matched = JSONObject()
    matched.add("name", bill.match.row.name)
    matched.add("from", bill.match.part.rawValue)
    matched.add("origin", table.origin(of: bill.match.part))
    matched.add("guess", bill.match.part == .dearest)
    object.add("matched", matched)
    if !near.isEmpty { object.add("near", near) }
    object.add("tier", bill.tier.name)
    object.add(
      "lines",
      bill.lines.map { line in
        var fields = JSONObject()
        fields.add("bucket", line.what.replacing(" ", with: "_"))
        fields.add("count", line.count)
        fields.add(
          line.what == "web search" ? "usd_each" : "usd_per_million", NanoUSD(rawValue: line.rate).decimal)
        fields.add("cost_usd", line.cost.decimal)
        return fields
      })
    object.add("is_most", isMost)
    object.add("calls", bill.calls)
    object.add("cost_per_call_nano_usd", bill.perCall.rawValue)
    object.add("cost_per_call_usd", bill.perCall.decimal)
    object.add("cost_nano_usd", bill.total.rawValue)
    object.add("cost_usd", bill.total.decimal)
    return object.text
  }
}

/// A factor in thousandths as people write it: `1.1`, `6`.
struct ExactFactor {
  let text: String
  init(_ thousandths: Int64) {
    text = NanoUSD(rawValue: thousandths.multipliedSaturating(by: 1_000_000)).decimal
  }
}
