import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct PricesUpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Check a newer price map, say what it changes, and put it in place.",
    discussion: """
      FILE is LiteLLM's model_prices_and_context_window.json, as you have fetched it. It is compared with the prices in use. Where a \
      price is more than ten times what it was, less than a tenth, or gone to nothing, nothing is written and the exit status is 1, \
      unless --force says that it is right.

        spendfuse prices update model_prices_and_context_window.json
        spendfuse prices update new.json --to /etc/spendfuse/prices.json
      """)

  @Argument(help: ArgumentHelp("The new price map.", valueName: "file"), completion: .file())
  var file: String
  @Option(
    help: ArgumentHelp("Where to put it. (default: 'file' of 'prices' in the rules)", valueName: "path"),
    completion: .file())
  var to: String?
  @Flag(help: "Take prices that have changed beyond belief.")
  var force = false
  @OptionGroup var prices: PriceOptions

  func run() throws {
    let configuration = try prices.configuration(needsPriceFile: false, warns: false)
    guard let target = to ?? configuration?.priceFile else {
      let rules = configuration?.path ?? "your rules file"
      throw failure(
        """
        there is no place to put it: \(rules.printable) names no price file. Add to it
          prices:
            file: /etc/spendfuse/model_prices.json
        or say --to PATH
        """)
    }
    let new: PriceFile
    do throws(PriceMap.Failure) { new = try PriceFile(file) } catch {
      guard access(file, F_OK) == 0 else {
        throw failure(
          "there is no file \(file.printable): fetch LiteLLM's model_prices_and_context_window.json, and name it"
        )
      }
      throw failure(
        "\(file.printable): \(error.message.printable)\(error.hint.isEmpty ? "" : " (\(error.hint.printable))")"
      )
    }
    var places = [target]
    if let inUse = configuration?.priceFile, inUse != target { places.append(inUse) }
    let old = places.lazy.compactMap(current).first ?? .bundled
    let comparison = PriceComparison(from: old, to: new.map)
    print(
      OutputTerminal.standardOutput.folded(PriceComparisonText(comparison, new: new, old: old).text),
      terminator: "")
    let jumps = comparison.jumps
    if !jumps.isEmpty, !force {
      let names = jumps.prefix(3).map(\.name.printable).joined(separator: ", ")
      throw failure(
        """
        \(jumps.count == 1 ? "1 model costs" : "\(jumps.count) models cost") more than ten times, or less than a tenth of, what it did \
        (\(names)\(jumps.count > 3 ? ", ..." : "")): nothing is written. --force takes it
        """)
    }
    do { try new.install(at: target) } catch {
      throw failure(
        "\(target.printable) cannot be written: \(error); make its directory, run this as its owner, or say another --to PATH"
      )
    }
    print("\nwritten to \(target.printable)")
    if to == nil {
      print("A daemon takes it with its rules: systemctl reload spendfuse, or SIGHUP.")
    }
  }

  /// What the file that will be replaced says; nil where there is none that can be used.
  private func current(_ path: String) -> PriceTable? {
    do throws(PriceMap.Failure) { return try PriceFile(path).table } catch {
      if access(path, F_OK) == 0 {
        printError(
          "spendfuse: \(path.printable): \(error.message.printable); comparing with the bundled list")
      }
      return nil
    }
  }

  private func failure(_ text: String) -> any Error {
    printError("spendfuse: \(text)")
    return ExitCode(1)
  }
}

/// What a new price map changes, for people.
struct PriceComparisonText {
  private let comparison: PriceComparison
  private let new: PriceFile
  private let old: PriceTable
  /// Of each kind.
  private static let most = 20

  init(_ comparison: PriceComparison, new: PriceFile, old: PriceTable) {
    self.comparison = comparison
    self.new = new
    self.old = old
  }

  var text: String {
    let map = new.map
    let removed = old.origin == PriceTable.bundled.origin ? "only there, which stay" : "removed"
    var lines = [
      "\(new.path): \(Int64(map.rows.count).grouped) models, \(Int64(map.skipped).grouped) entries that are not priced by the token",
      "compared with \(old.origin): \(comparison.changed.count) changed, \(comparison.added.count) added, \(comparison.removed.count) \(removed), \(comparison.unchanged) unchanged",
    ]
    lines += list("left out", map.rejected.map { "\(Subject.cut($0.name))  \($0.reason)" })
    lines += list("listed twice, the last counts", map.repeated.map { Subject.cut($0) })
    lines += list("changed", comparison.changed.map(line))
    // What is missing in the file is priced by the bundled list all the same.
    if old.origin != PriceTable.bundled.origin {
      lines += list("removed", comparison.removed.map { Subject.cut($0) })
    }
    lines += list("added", comparison.added.map { Subject.cut($0) })
    return lines.map { $0.printable + "\n" }.joined()
  }

  private func list(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    let more = items.count - PriceComparisonText.most
    return [title] + items.prefix(PriceComparisonText.most).map { "  " + $0 }
      + (more > 0 ? ["  ... and \(more) more"] : [])
  }

  /// `gpt-5  output $10.00 -> $12.00, input $1.25 -> $1.50`
  private func line(_ change: PriceChange) -> String {
    let shown = change.differences.prefix(3).map { difference in
      let isFactor = difference.what.hasPrefix("factor")
      func text(_ value: Int64) -> String {
        isFactor ? "x" + ExactFactor(value).text : NanoUSD(rawValue: value).exactText
      }
      guard difference.old != difference.new else { return difference.what }
      return
        "\(difference.what) \(text(difference.old)) -> \(text(difference.new))\(difference.isJump ? " (!)" : "")"
    }
    let more = change.differences.count - shown.count
    return "\(Subject.cut(change.name))  \(shown.joined(separator: ", "))\(more > 0 ? ", \(more) more" : "")"
  }
}
