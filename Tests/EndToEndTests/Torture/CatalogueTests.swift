import Foundation
import Testing

/// Every case of the catalogue of what tailers and their states must survive has a test that bears its name: `a9…`, `c7…`.
@Suite struct CatalogueTests {
  static let cases =
    (1...15).map { "a\($0)" } + (1...10).map { "b\($0)" } + (1...11).map { "c\($0)" }
    + (1...13).map { "d\($0)" }

  /// Cases without a test of that name yet, and what there is instead.
  static let exceptions: [String: String] = [
    "a9": "compressed copies are not read yet",
    "a10": "zstd and xz copies are not read yet",
    "b7": "holes are passed over with the network file systems' changes to reading",
    "b9": "hostile JSON: HostileJSONTests, by kind of document",
    "c4": "missing watches: with the changes to discovery",
    "c7": "few descriptors: ManyFilesTests runs with 200",
    "c11": "many idle files: with the changes to discovery",
    "d2": "I/O errors: with the changes to the state",
    "d3": "a full disk: DiskFullTests",
    "d4": "a read-only state: with the changes to the state",
    "d5": "a state that is deleted while it runs: LostStateTests",
    "d6": "damage, a newer state, two daemons: RefusalTests, StopTests.aSecondDaemonIsRefused",
    "d8": "BelievedClockTests, with the clock injected",
    "d11": "StopTests.withAHangingWebhook, StopTests.withRedisFrozen, CommitQueueTests",
    "d12": "TailPlacesTests.aReloadKeepsPlaces",
    "d13": "StoreTests",
  ]

  /// `func a12CopyIsCountedOnce` is of case a12.
  private static func named() throws -> Set<String> {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    var found: Set<String> = []
    for case let file as URL in files ?? FileManager.DirectoryEnumerator() where file.pathExtension == "swift"
    {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /func ([abcd][0-9]+)[A-Z][A-Za-z0-9]*\(/) {
        found.insert(String(match.1))
      }
    }
    return found
  }

  @Test func everyCaseHasATestByItsName() throws {
    let named = try Self.named()
    let missing = Self.cases.filter { !named.contains($0) && Self.exceptions[$0] == nil }
    #expect(missing.isEmpty, "no test is named after \(missing)")
    let unknown = named.filter { !Self.cases.contains($0) }
    #expect(unknown.isEmpty, "the catalogue has no \(unknown)")
  }

  @Test func exceptionsAreOfTheCatalogueAndSayWhy() {
    #expect(Self.exceptions.allSatisfy { Self.cases.contains($0.key) && !$0.value.isEmpty })
  }
}
