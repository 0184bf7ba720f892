import Foundation
import Testing

/// Every case of the catalogue of what tailers and their states must survive has a test that bears its name: `a9…`, `c7…`.
@Suite struct CatalogueTests {
  static let cases =
    (1...15).map { "a\($0)" } + (1...10).map { "b\($0)" } + (1...11).map { "c\($0)" }
    + (1...13).map { "d\($0)" }

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
    let missing = Self.cases.filter { !named.contains($0) }
    #expect(missing.isEmpty, "no test is named after \(missing)")
    let unknown = named.filter { !Self.cases.contains($0) }
    #expect(unknown.isEmpty, "the catalogue has no \(unknown)")
  }
}
