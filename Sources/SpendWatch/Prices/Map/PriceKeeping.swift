internal import Foundation
import SpendEngine

extension PriceFile {
  /// Says of an entry that the map it came with is gone: `"spendfuse_kept": true`.
  static let keptMark = "spendfuse_kept"

  /// This map with entries of an older one that it lacks, as they stand there, each marked as kept. Calls of a model that a list drops are
  /// still made, and the dearest row of all is no better guess than the last price known.
  /// - Parameters:
  ///   - names: of rows of `old`; those it does not have are passed over.
  package func keeping(_ names: [String], of old: PriceFile) throws(PriceMap.Failure) -> PriceFile {
    guard let end = bytes.lastIndex(of: UInt8(ascii: "}")) else { return self }
    var merged = Array(bytes[..<end])
    for name in names {
      guard let span = old.map.spans[name], let key = try? JSONEncoder().encode(name) else { continue }
      merged += Array(",\n".utf8) + key + Array(": {".utf8)
      if !old.map.kept.contains(name) { merged += Array("\"\(PriceFile.keptMark)\": true, ".utf8) }
      // Behind its brace: an entry that makes a row is not empty.
      merged += old.bytes[(span.lowerBound + 1)..<span.upperBound]
    }
    merged += Array("\n}\n".utf8)
    return try PriceFile(path: path, bytes: merged, modified: modified)
  }
}
