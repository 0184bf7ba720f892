package import SpendEngine

/// A user's own price for a model, in the rules file: USD per million tokens.
package enum PriceOverride {
  package static let settings: [Setting] = [
    Setting("input", .number, required: true, help: "USD per million tokens", example: "3.00"),
    Setting("output", .number, required: true, help: "USD per million tokens", example: "15.00"),
    Setting("cache_read", .number, help: "default: the input price", example: "0.30"),
    Setting("cache_write_5m", .number, help: "default: the input price", example: "3.75"),
    Setting("cache_write_1h", .number, help: "default: the 5-minute price", example: "6.00"),
    Setting("reasoning", .number, help: "default: the output price", example: "15.00"),
    Setting("web_search", .number, help: "USD a search; default 0", example: "0.01"),
  ]

  /// - Returns: nil where a needed price is missing.
  static func row(model: String, values: SettingValues) -> PriceRow? {
    // The scale of a setting, 1e9 a USD, is that of a rate.
    guard let input = values.number("input"), let output = values.number("output") else { return nil }
    let rates = PriceRow.Rates(
      input: input, cacheRead: values.number("cache_read"), cacheWrite5m: values.number("cache_write_5m"),
      cacheWrite1h: values.number("cache_write_1h"), output: output, reasoning: values.number("reasoning"))
    return PriceRow(name: model, rates: rates, webSearchFee: values.number("web_search") ?? 0)
  }

  /// What to write for `model`, in one line: `prices: {overrides: {"my-model": {input: …, output: …}}}`. The name is quoted as YAML does,
  /// and cannot end its quotes.
  package static func example(for model: String) -> String {
    var name = ""
    for scalar in model.unicodeScalars.prefix(200) {
      switch scalar {
      case "\"", "\\": name += "\\\(scalar)"
      case _ where scalar.isHidden: name += "\\U" + scalar.value.hex
      default: name.unicodeScalars.append(scalar)
      }
    }
    return "prices: {overrides: {\"\(name)\": {input: …, output: …}}}"
  }
}
