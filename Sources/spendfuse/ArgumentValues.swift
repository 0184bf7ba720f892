import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

extension Format {
  /// The `transform` of `--format`: the parser itself says which value of which option it is about.
  static func argument(_ text: String) throws -> Format {
    guard let format = Format(name: text) else {
      throw ValidationError(Nearest.hint(to: text, among: allCases.map(\.name)))
    }
    return format
  }
}

extension TimeZone {
  /// The `transform` of `--timezone`.
  static func argument(_ text: String) throws -> TimeZone {
    if text == "local" { return .current }
    if text == "UTC" { return .gmt }
    guard let zone = TimeZone(identifier: text) else {
      throw ValidationError(
        "'\(text.printable)' is no time zone; write UTC, local, or a name such as Europe/Berlin")
    }
    return zone
  }
}
