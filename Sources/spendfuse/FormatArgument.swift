import ArgumentParser
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
