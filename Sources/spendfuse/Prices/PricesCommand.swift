import ArgumentParser
import SpendEngine
import SpendWatch

struct PricesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prices",
    abstract: "The price list: what is in it, and a newer one.",
    discussion: """
        spendfuse prices show sonnet
        spendfuse prices update model_prices_and_context_window.json
      """,
    subcommands: [PricesShowCommand.self, PricesUpdateCommand.self, PricesBundleCommand.self])
}

struct PricesShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "The prices in use, USD per million tokens.",
    discussion: """
      A line for each tier and each length of request that has prices of its own. MODEL is a part of a name; without it, all of them. \
      Exits with 1 where nothing matches.

        spendfuse prices show sonnet
        spendfuse prices show --csv --rules rules.yaml
      """)

  @Argument(help: ArgumentHelp("Parts of names.", valueName: "model"))
  var models: [String] = []
  @OptionGroup var prices: PriceOptions
  @Flag(help: "One JSON object.")
  var json = false
  @Flag(help: "A header and a line for each row.")
  var csv = false

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv exclude each other: give one of them") }
  }

  func run() throws {
    let table = try prices.table()
    var matches = table.inUse
    if !models.isEmpty {
      let parts = models.map { $0.lowercased() }
      matches = matches.filter { match in
        let name = match.row.name.lowercased()
        return parts.contains { name.contains($0) }
      }
    }
    let listing = PriceListing(matches, table: table)
    if json {
      print(listing.json)
    } else if csv {
      print(listing.csv, terminator: "")
    } else if !matches.isEmpty {
      print(listing.text(for: .standardOutput), terminator: "")
    }
    guard matches.isEmpty else { return }
    let asked = models.map { "'\(Subject.cut($0).printable)'" }.joined(separator: ", ")
    let near = models.flatMap { table.names(near: $0) }
    let hint =
      if !near.isEmpty {
        "; near: \(near.prefix(5).map(\.printable).joined(separator: ", "))"
      } else if let part = models.lazy.compactMap(table.part(near:)).first {
        "; did you mean '\(part.printable)'?"
      } else {
        ": spendfuse prices show lists all of them"
      }
    printError("spendfuse: no name has \(asked) in it\(hint)")
    throw ExitCode(1)
  }
}
