import Foundation
import GRDB
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Whatever is wrong with what lies there: a clear word, and not a byte of it changed.
@Suite struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: StateError.Kind
    /// Breaks a state that was closed cleanly.
    var harm: @Sendable ([UInt8]) -> [UInt8]
    var testDescription: String { name }
  }

  static let marker = [UInt8]("a-page-of-series".utf8)

  static let cases: [Case] = [
    Case(name: "zero length", kind: .empty) { _ in [] },
    Case(name: "cut inside the magic", kind: .foreign) { Array($0[..<9]) },
    Case(name: "cut inside the header", kind: .damaged) { Array($0[..<60]) },
    Case(name: "cut after a page", kind: .damaged) { Array($0[..<4096]) },
    Case(name: "the last page cut off", kind: .damaged) { Array($0.dropLast(4096)) },
    Case(name: "half a page cut off", kind: .damaged) { Array($0.dropLast(2048)) },
    Case(name: "text", kind: .foreign) { _ in [UInt8](String(repeating: "my notes\n", count: 99).utf8) },
    Case(name: "zeros", kind: .foreign) { [UInt8](repeating: 0, count: $0.count) },
    Case(name: "another program's", kind: .foreign) { $0.with(68...71, 0) },
    Case(name: "a later schema", kind: .newer(found: 7, known: Schema.version)) {
      $0.with(60...62, 0).with(63...63, 7)
    },
    Case(name: "no schema", kind: .damaged) { $0.with(60...63, 0) },
    Case(name: "broken table of contents", kind: .damaged) { $0.with(100...112, 0xFF) },
    Case(name: "broken second page", kind: .damaged) { $0.with(4096...4110, 0xEE) },
    Case(name: "one bit of a page of series", kind: .damaged) { bytes in
      var bytes = bytes
      if let found = bytes.firstRange(of: marker) { bytes[found.lowerBound + 3] ^= 0x10 }
      return bytes
    },
  ]

  @Test(arguments: cases) func isRefused(_ one: Case) throws {
    let fixture = StateFixture()
    try fill(fixture)
    let sound = try fixture.bytes()
    let broken = one.harm(sound)
    try #require(broken != sound)
    try fixture.write(broken)
    let error = try stateError { _ = try fixture.open().load() }
    #expect(error.kind == one.kind)
    #expect(error.needsPerson, "no later try helps")
    #expect(error.path == fixture.database)
    let text = error.description
    #expect(text.contains(fixture.database) && text.contains(":") && !text.contains("\n"), "\(text)")
    // A refusal may look, not touch. (The last case is found after the opening, which notes the program's version.)
    if one.name != "one bit of a page of series" { #expect(try fixture.bytes() == broken) }
    // Still refused at the next start.
    let again = try stateError { _ = try fixture.open().load() }
    #expect(again.kind == one.kind, "\(again)")
  }

  // The second page holds no table that a reader reads.
  @Test(arguments: cases.filter { $0.name != "broken second page" }) func aReaderIsToldToo(_ one: Case) throws
  {
    let fixture = StateFixture()
    try fill(fixture)
    try fixture.write(one.harm(try fixture.bytes()))
    let error = try stateError {
      try StateReader(fixture.directory).read { snapshot in
        _ = try snapshot.names()
        _ = try snapshot.rows.pages()
        try snapshot.forEachEventBlob { _ in }
      }
    }
    #expect(error.kind == one.kind)
  }

  @Test func aDirectoryInTheWay() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    try FileManager.default.createDirectory(atPath: fixture.database, withIntermediateDirectories: false)
    #expect(try stateError { _ = try fixture.open() }.kind == .foreign)
  }

  @Test func aLogWithoutItsDatabase() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1))
    let crashed = try fixture.crashed()
    try FileManager.default.removeItem(atPath: crashed.database)
    let log = try crashed.bytes("state.db-wal")
    #expect(try stateError { _ = try crashed.open() }.kind == .vanished)
    #expect(try crashed.bytes("state.db-wal") == log)
  }

  @Test func aDraftOfACrashIsThrownAway() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    try fixture.write([1, 2, 3], "state.db.new")
    #expect(try fixture.open().isNew)
    #expect(!FileManager.default.fileExists(atPath: fixture.database + ".new"))
  }

  @Test func noStateAtAllIsSaidToAReader() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    #expect(try stateError { _ = try StateReader(fixture.directory) }.kind == .vanished)
  }

  /// A journal, names and some pages, closed cleanly: one file.
  private func fill(_ fixture: StateFixture) throws {
    let store = try fixture.open()
    for sequence in 1...20 as ClosedRange<Int64> {
      var commit = StateCommit.events(sequence, count: 900)
      commit.batch?.names = [UInt8](repeating: 3, count: 50)
      commit.batch?.pages = [
        Page(id: sequence, sequence: sequence, blob: Self.marker + [UInt8](repeating: 9, count: 700))
      ]
      _ = try store.commit(commit)
    }
    try store.close()
  }
}

extension [UInt8] {
  fileprivate func with(_ range: ClosedRange<Int>, _ value: UInt8) -> [UInt8] {
    var copy = self
    for index in range { copy[index] = value }
    return copy
  }
}
