package import SpendEngine

/// A finished report: what `report` prints as a table, as JSON or as CSV.
package struct ReportResult: Sendable {
  package struct Row: Sendable, Hashable {
    /// One a group field.
    package var labels: [String]
    package var sums: Sums
    /// Spend over time, nano-dollars; empty where it is not known.
    package var spark: [Int64]
    package init(labels: [String], sums: Sums, spark: [Int64] = []) {
      self.labels = labels
      self.sums = sums
      self.spark = spark
    }
  }
  package var by: [GroupField]
  /// In the order to print: time ascending, else the dearest first.
  package var rows: [Row]
  /// Of all rows, those left out by `keepTop` included.
  package var totals: Sums
  package var books: Books
  /// What people call keys, by key.
  package var aliases: [String: String]
  /// Models whose price was guessed, with their requests, the most frequent first.
  package var guessed: [(model: String, requests: Int64)]
  /// What `keepTop` left out.
  package private(set) var omitted = (rows: 0, sums: Sums(), spark: [Int64]())
  /// Calls that are earlier or later than what was asked for; of logs only.
  package var outside: Int64
  /// When the earliest and the latest call were, those outside too.
  package var span: ClosedRange<EngineTime>?
  /// What the price table calls itself; nil where costs were settled by somebody else.
  package var priceOrigin: String?
  /// What the rows' `spark` shows; nil where nobody asked for it.
  package var spark: ReportSpark?

  package init(
    by: [GroupField], rows: [Row], totals: Sums, books: Books, outside: Int64 = 0,
    span: ClosedRange<EngineTime>? = nil, priceOrigin: String? = nil, spark: ReportSpark? = nil,
    aliases: [String: String] = [:], guessed: [(model: String, requests: Int64)] = []
  ) {
    self.by = by
    self.rows = rows
    self.totals = totals
    self.books = books
    self.outside = outside
    self.span = span
    self.priceOrigin = priceOrigin
    self.spark = spark
    self.aliases = aliases
    self.guessed = guessed
  }

  /// Keeps the `count` dearest rows, in the order they have.
  package mutating func keepTop(_ count: Int) {
    guard rows.count > count else { return }
    let ranked = rows.indices.sorted {
      (rows[$1].sums.cost.rawValue, $0) < (rows[$0].sums.cost.rawValue, $1)
    }
    let kept = Set(ranked.prefix(count))
    // Of the rest the bars are known only where they are of every row.
    var spark = [Int64](repeating: 0, count: spark?.total.count ?? 0)
    for index in rows.indices where !kept.contains(index) {
      omitted.rows += 1
      omitted.sums += rows[index].sums
      let more = rows[index].spark
      spark = more.count == spark.count ? zip(spark, more).map { $0.addingSaturating($1) } : []
    }
    omitted.spark = spark
    rows = rows.indices.filter(kept.contains).map { rows[$0] }
  }

  // MARK: JSON

  /// One object: `rows`, `totals`, `books`.
  package var json: String {
    var object = JSONObject()
    object.add(
      "rows",
      rows.map { row in
        var fields = JSONObject()
        for (field, label) in zip(by, row.labels) { fields.add(field.rawValue, label) }
        row.sums.add(to: &fields)
        return fields
      })
    var all = JSONObject()
    totals.add(to: &all)
    object.add("totals", all)
    var books = JSONObject()
    books.add("lines", self.books.read)
    books.add("events", self.books.folded)
    books.add("duplicate", self.books.duplicate)
    books.add("no_usage", self.books.noUsage)
    var rejected = JSONObject()
    for (reason, count) in self.books.rejections { rejected.add(reason.name, count) }
    books.add("rejected", rejected)
    object.add("books", books)
    return object.text
  }

  // MARK: CSV

  /// A header and the rows (RFC 4180, but for LF line ends).
  package var csv: String {
    let header = by.map(\.rawValue) + Sums.columns
    var text = header.joined(separator: ",") + "\n"
    for row in rows {
      text += (row.labels + row.sums.values).map(ReportResult.csvField).joined(separator: ",") + "\n"
    }
    return text
  }

  private static func csvField(_ text: String) -> String {
    let mustQuote = text.unicodeScalars.contains { $0 == "\"" || $0 == "," || $0 == "\n" || $0 == "\r" }
    return mustQuote ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}

extension Books {
  /// Reasons that occurred.
  package var rejections: [(reason: Rejection, count: Int64)] {
    Rejection.allCases.map { ($0, rejected[Int($0.rawValue)]) }.filter { $0.1 > 0 }
  }
}

extension Sums {
  fileprivate static let columns = [
    "requests", "errors", "fresh_input_tokens", "cache_read_tokens", "cache_write_5m_tokens",
    "cache_write_1h_tokens", "output_tokens", "reasoning_tokens", "cost_nano_usd", "cost_usd",
    "priced_by_log", "priced_by_table", "priced_by_dearest",
  ]

  fileprivate var values: [String] {
    let counts = [
      requests, errors, tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h,
      tokens.output, tokens.reasoning, cost.rawValue,
    ]
    return counts.map { String($0) } + [cost.decimal]
      + [pricedByLog, pricedByTable, pricedByDearest].map { String($0) }
  }

  fileprivate func add(to object: inout JSONObject) {
    object.add("requests", requests)
    object.add("errors", errors)
    object.add("fresh_input_tokens", tokens.freshInput)
    object.add("cache_read_tokens", tokens.cacheRead)
    object.add("cache_write_5m_tokens", tokens.cacheWrite5m)
    object.add("cache_write_1h_tokens", tokens.cacheWrite1h)
    object.add("output_tokens", tokens.output)
    object.add("reasoning_tokens", tokens.reasoning)
    object.add("cost_nano_usd", cost.rawValue)
    object.add("cost_usd", cost.decimal)
    var priced = JSONObject()
    priced.add("log", pricedByLog)
    priced.add("table", pricedByTable)
    priced.add("dearest", pricedByDearest)
    object.add("priced_by", priced)
  }
}
