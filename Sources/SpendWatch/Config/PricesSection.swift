import SpendEngine

extension RulesSections {
  static let prices: [Setting] = [
    Setting(
      "file", .path, help: "LiteLLM's price map, in place of the bundled list",
      example: "/etc/spendfuse/model_prices.json"),
    Setting(
      "unknown_model", .choice(["dearest"]), help: "what prices a model that no list has; default dearest",
      example: "dearest"),
  ]

  /// What `prices:` comes to.
  struct Prices {
    var table = PriceTable.bundled
    /// Absolute; nil where none is named.
    var file: String?
  }

  mutating func prices(_ entry: ConfigNode.Entry?) -> Prices {
    var prices = Prices()
    guard let entries = section(entry) else { return prices }
    let read = reader.read(
      entries, at: entry?.keyPlace ?? Place(line: 1, column: 1), settings: Self.prices, owner: "prices",
      sections: ["overrides"])
    readFile(read, into: &prices)
    var rows: [PriceRow] = []
    for model in section(entries.first { $0.key == "overrides" }) ?? [] {
      guard case .map(let settings) = model.value.content else {
        reader.error(
          at: model.value.isNull ? model.keyPlace : model.value.place,
          "\(model.value.noun) where the prices of '\(model.key)' belong",
          hint: "such as '{input: 3.00, output: 15.00}', USD per million tokens")
        continue
      }
      let read = reader.read(
        settings, at: settings.isEmpty ? model.keyPlace : model.value.place, settings: PriceOverride.settings,
        owner: "the price of '\(model.key)'")
      if let row = PriceOverride.row(model: model.key, values: read.values) { rows.append(row) }
    }
    if !rows.isEmpty { prices.table = prices.table.overriding(rows) }
    return prices
  }

  private mutating func readFile(_ section: SettingsReader.Section, into prices: inout Prices) {
    guard let written = section.values.text("file") else { return }
    var problems: [SettingProblem] = []
    prices.file = context.path(section.values, "file", problems: &problems)
    if let path = prices.file {
      do throws(PriceMap.Failure) {
        let file = try PriceFile(path)
        prices.table = file.table
        problems += Self.warnings(file.map, written)
      } catch {
        // `prices update` is how the file comes to be there.
        let isNeeded = context.environment.needsPriceFile
        problems.append(
          SettingProblem(
            "file", "'\(written)' cannot be used: \(error.message)", hint: error.hint, isWarning: !isNeeded))
      }
    }
    reader.report(problems, in: section)
  }

  /// One warning, however many entries are wrong.
  private static func warnings(_ map: PriceMap, _ written: String) -> [SettingProblem] {
    guard let first = map.rejected.first else { return [] }
    let count = map.rejected.count
    return [
      SettingProblem(
        "file",
        "\(count) of the prices in '\(written)' \(count == 1 ? "is" : "are") left out: '\(Subject.cut(first.name))': \(first.reason)",
        hint: "such a model is priced by the bundled list, else as the dearest", isWarning: true)
    ]
  }
}
