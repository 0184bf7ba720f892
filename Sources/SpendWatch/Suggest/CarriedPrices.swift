internal import Foundation

/// The `prices:` of a rules file, for a file that is made from its history: caps hold only with the prices they were made with.
package enum CarriedPrices {
  /// The section as it is written there, comments included, ended by a newline; nil where there is none. A relative path of a price map is
  /// written out, since the new file may lie elsewhere.
  package static func text(of configuration: Configuration) -> String? {
    guard case .success(let bytes) = WrittenFile.read(configuration.path, hint: ""),
      let whole = String(validating: bytes, as: UTF8.self)
    else { return nil }
    var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).drop {
      !$0.hasPrefix("prices:")
    }
    guard let first = lines.popFirst() else { return nil }
    // Up to the next section; what stands before that at the margin is its comment.
    var section = [first] + lines.prefix { $0.isEmpty || $0.first == " " || $0.first == "\r" }
    while section.last?.allSatisfy(\.isWhitespace) == true { section.removeLast() }
    let text = section.joined(separator: "\n") + "\n"
    guard let file = configuration.priceFile else { return text }
    let path = /(?<key>\bfile:\s*)(?:"[^"\n]*"|'[^'\n]*'|[^,}\s#]+)/
    guard let match = text.firstMatch(of: path) else { return text }
    return text.replacingCharacters(
      in: match.range, with: "\(match.output.key)\(YAMLText.scalar(file))")
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
