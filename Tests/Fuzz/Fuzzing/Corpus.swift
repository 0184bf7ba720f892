package import Foundation

/// Examples of a target: `Tests/Fuzz/Corpus/NAME`.
package enum Corpus {
  package static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Corpus")

  /// By name, in order.
  package static func examples(of target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = folder.appendingPathComponent(target)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))))
    }
  }
}

extension FuzzTarget {
  /// Checks each example, and for a while what can be made of them by breaking them.
  /// - Parameter seed: of `dice`, to be said.
  /// - Returns: how many were made.
  /// - Throws: a finding, with its input in base64.
  package func run(_ dice: some RandomNumberGenerator, seed: UInt64, for time: Duration) throws -> Int {
    let examples = try Corpus.examples(of: name)
    for (name, bytes) in examples { try look(bytes, "example \(name)") }
    guard !examples.isEmpty else { throw Finding("\(name) has no examples") }
    var mutator = Mutator(dice)
    let end = ContinuousClock.now + time
    var round = 0
    while ContinuousClock.now < end {
      round += 1
      try look(mutator.next(of: examples.map(\.bytes)), "seed \(seed), round \(round)")
    }
    return round
  }

  private func look(_ bytes: [UInt8], _ what: String) throws {
    do {
      try check(bytes)
    } catch {
      throw Finding("\(name), \(what): \(error)\n\(Data(bytes).base64EncodedString())")
    }
  }
}
