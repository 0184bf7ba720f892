package import SpendEngine

/// Finds the prices of the bundled list's models in a map, which has most of them under several names: dated, regional, behind providers.
package struct BundledPricesMaker: Sendable {
  /// By the bundled row that prices them.
  private var found: [String: [PriceRow]] = [:]

  package init(_ map: PriceMap) {
    for row in map.rows {
      let match = PriceTable.bundled.match(for: row.name)
      if match.part == .list { found[match.row.name, default: []].append(row) }
    }
  }

  /// Under its own name, else under names without a provider that ask the same; nil where there is none, or they do not agree.
  package func row(_ name: String) -> PriceRow? {
    let rows = found[name] ?? []
    if let own = rows.first(where: { $0.name == name }) { return own }
    let bare = rows.filter { !$0.name.contains("/") }
    guard let first = bare.first, bare.allSatisfy({ $0.hasPrices(of: first) }) else { return nil }
    return first
  }
}
