import ArgumentParser
import SpendEngine
import SpendWatch

struct PricesBundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle",
    abstract: "The bundled list, made anew from a price map.",
    discussion: """
      For who builds the program: prints each list of Sources/SpendEngine/Money/Bundled with the prices of MAP, LiteLLM's \
      model_prices_and_context_window.json. Models that MAP does not have, or has at several prices, keep their line, and are named on \
      standard error. Nothing is written.

        spendfuse prices bundle model_prices_and_context_window.json
      """)

  @Argument(help: ArgumentHelp("The price map.", valueName: "map"), completion: .file())
  var file: String

  func run() throws {
    let map: PriceMap
    do throws(PriceMap.Failure) { map = try PriceFile(file).map } catch {
      printError("spendfuse: \(file.printable): \(error.message.printable)")
      throw ExitCode(1)
    }
    let prices = BundledPricesMaker(map)
    for (list, lines, kept) in BundledPrices.remade(prices.row) {
      print("// \(list)")
      for line in lines { print(line) }
      if !kept.isEmpty { printError("\(list): kept \(kept.joined(separator: ", "))") }
    }
  }
}
