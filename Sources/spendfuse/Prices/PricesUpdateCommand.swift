import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct PricesUpdateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Check a newer price map, say what it changes, and put it in place.",
    discussion: """
      FILE is LiteLLM's model_prices_and_context_window.json: a file, or an http or https address to fetch it from (32 MB and a minute \
      at most; redirects are not followed). It is compared with the prices in use. Nothing is written, and the exit status is 1, where \
      it is no price map, or has no prices. Where a price is more than ten times what it was, less than a tenth, or gone to nothing, the \
      same holds unless --force says that it is right. Models that the new map lacks stay at the prices they had; --prune drops them.

      It is published at
      \(PricesUpdateCommand.address)

        spendfuse prices update model_prices_and_context_window.json
        spendfuse prices update new.json --to /etc/spendfuse/prices.json
      """)

  static let address =
    "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"

  @Argument(
    help: ArgumentHelp("The new price map, or its address.", valueName: "file"), completion: .file())
  var file: String
  @Option(
    help: ArgumentHelp("Where to put it. (default: 'file' of 'prices' in the rules)", valueName: "path"),
    completion: .file())
  var to: String?
  @Flag(help: "Take prices that have changed beyond belief, and drop more than half of the models.")
  var force = false
  @Flag(help: "Drop the models that the new map lacks.")
  var prune = false
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
    var new = try read()
    var places = [target]
    if let inUse = configuration?.priceFile, inUse != target { places.append(inUse) }
    let old = places.lazy.compactMap(current).first
    let comparison = PriceComparison(from: old?.table ?? .bundled, to: new.map)
    print(
      OutputTerminal.standardOutput.folded(
        PriceComparisonText(comparison, new: new, old: old?.table ?? .bundled, isPruned: prune).text),
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
    if let old, !comparison.removed.isEmpty {
      let gone = comparison.removed.count
      if !prune {
        new = try taking { () throws(PriceMap.Failure) in try new.keeping(comparison.removed, of: old) }
      } else if gone * 2 > old.map.rows.count, !force {
        throw failure(
          "\(gone) of \(old.map.rows.count) models would be dropped: nothing is written. --force drops them, without --prune they stay"
        )
      }
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

  private func read() throws -> PriceFile {
    if PriceFile.isAddress(file) {
      return try taking { () throws(PriceMap.Failure) in
        try PriceFile(
          fetching: file, now: EngineTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
      }
    }
    guard access(file, F_OK) == 0 else {
      throw failure(
        "there is no file \(file.printable): fetch LiteLLM's model_prices_and_context_window.json, and name it, or name its address"
      )
    }
    return try taking { () throws(PriceMap.Failure) in try PriceFile(file) }
  }

  /// What is wrong with the new map is said, and ends it.
  private func taking(_ make: () throws(PriceMap.Failure) -> PriceFile) throws -> PriceFile {
    do throws(PriceMap.Failure) { return try make() } catch {
      let name = PriceFile.isAddress(file) ? PriceFile.shown(file) : file
      throw failure(
        "\(name.printable): \(error.message.printable)\(error.hint.isEmpty ? "" : " (\(error.hint.printable))"); nothing is written"
      )
    }
  }

  /// What the file that will be replaced says; nil where there is none that can be used.
  private func current(_ path: String) -> PriceFile? {
    do throws(PriceMap.Failure) { return try PriceFile(path) } catch {
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

  private let isPruned: Bool

  init(_ comparison: PriceComparison, new: PriceFile, old: PriceTable, isPruned: Bool) {
    self.isPruned = isPruned
    self.comparison = comparison
    self.new = new
    self.old = old
  }

  var text: String {
    let map = new.map
    let isBundled = old.origin == PriceTable.bundled.origin
    let removed = isBundled ? "only there, which stay" : isPruned ? "dropped" : "not in it, which stay"
    var lines = [
      "\(new.path): \(Int64(map.rows.count).grouped) models, \(Int64(map.skipped).grouped) entries that are not priced by the token",
      "compared with \(old.origin): \(comparison.changed.count) changed, \(comparison.added.count) added, \(comparison.removed.count) \(removed), \(comparison.unchanged) unchanged",
    ]
    lines += list("left out", map.rejected.map { "\(Subject.cut($0.name))  \($0.reason)" })
    lines += list("listed twice, the last counts", map.repeated.map { Subject.cut($0) })
    lines += list("changed", comparison.changed.map(line))
    // What is missing in the file is priced by the bundled list all the same.
    if !isBundled {
      let title = isPruned ? "dropped" : "not in it: they stay at their old prices; --prune drops them"
      lines += list(title, comparison.removed.map { Subject.cut($0) })
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
