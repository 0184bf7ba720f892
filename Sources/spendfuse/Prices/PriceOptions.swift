import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

/// Which prices a command means: those of a rules file, else the bundled ones.
struct PriceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The rules file with 'prices'. (default: ./rules.yaml, else /etc/spendfuse/rules.yaml, else the bundled list)",
      valueName: "file"),
    completion: .file())
  var rules: String?

  /// nil where there is no rules file.
  /// - Parameters:
  ///   - needsPriceFile: false where the price file that the rules name may be missing.
  ///   - warns: false where the command says itself what matters to it.
  func configuration(needsPriceFile: Bool = true, warns: Bool = true) throws -> Configuration? {
    let path = rules ?? ConfigEnvironment.defaultRulesPath()
    if rules == nil, !FileManager.default.fileExists(atPath: path) { return nil }
    return try loadRules(path, needsPriceFile: needsPriceFile, warns: warns)
  }

  func table() throws -> PriceTable { try configuration()?.prices ?? .bundled }
}

/// A count of tokens as people write it: `1200`, `1_200`, `1,200`, `1.5k`, `2M`.
func tokenCount(_ text: String) throws -> Int64 {
  var digits = text.filter { $0 != "_" && $0 != "," }
  var unit: Int128 = 1
  if let last = digits.last, let scale = ["k": 1_000, "m": 1_000_000][last.lowercased()] {
    unit = Int128(scale)
    digits.removeLast()
  }
  guard let scaled = try? DecimalText.scaled(digits), scaled >= 0,
    case let (count, rest) = (scaled * unit).quotientAndRemainder(dividingBy: DecimalText.unit), rest == 0,
    count <= 1_000_000_000_000
  else {
    throw ValidationError("it is no count of 0 and more; write one as 1200, 1_200, 1.2k or 2M")
  }
  return Int64(count)
}

extension ServiceTier {
  static func argument(_ text: String) throws -> ServiceTier {
    guard let tier = allCases.first(where: { $0.name == text }) else {
      throw ValidationError(Nearest.hint(to: text, among: allCases.map(\.name)))
    }
    return tier
  }
}

extension PriceTable {
  /// Where the rows of a part are from, for people.
  func origin(of part: Part) -> String {
    switch part {
    case .override: "an override in the rules"
    case .list: origin
    case .fallback: fallbackOrigin
    case .dearest: "the dearest of all"
    }
  }
}
