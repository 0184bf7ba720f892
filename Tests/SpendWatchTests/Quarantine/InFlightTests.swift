import Foundation
import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The page that outlives the process.
@Suite struct InFlightTests {
  private let temp = TempDir("in-flight")
  private var path: String { temp.file("in-flight") }

  private func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  @Test func whatIsStoredIsInTheFileAtOnce() throws {
    #expect(InFlight.remains(path: path, state: "a") == .nothing, "no file")
    let page = InFlight(path: path, state: "a")
    #expect(page.problem == nil && page.offset == nil)
    #expect(InFlight.remains(path: path, state: "a") == .nothing)
    let place = RecordPlace.at(1_000)
    page.enter(place.file, base: 1_000).set(0)
    guard case .death(let death) = InFlight.remains(path: path, state: "a") else {
      Issue.record("no death")
      return
    }
    #expect(death.place == place && !death.isCrash && page.offset == 1_000)
    page.enter(place.file, base: 1_000).set(234)
    guard case .death(let next) = InFlight.remains(path: path, state: "a") else {
      Issue.record("no death")
      return
    }
    #expect(next.place == .at(1_234) && next.run == death.run)
    page.leave()
    #expect(InFlight.remains(path: path, state: "a") == .nothing)
    page.enter(place.file, base: 0).set(0)
    page.end()
    #expect(
      InFlight.remains(path: path, state: "a") == .nothing, "it ended in order, with its reader at work")
  }

  /// Another run's page in its place: the old one keeps its own.
  @Test func theNextProcessBeginsAnew() throws {
    let first = InFlight(path: path, state: "a")
    first.enter(RecordPlace.at(5).file, base: 5).set(0)
    guard case .death(let death) = InFlight.remains(path: path, state: "a") else {
      Issue.record("no death")
      return
    }
    let second = InFlight(path: path, state: "a")
    #expect(InFlight.remains(path: path, state: "a") == .nothing)
    second.enter(RecordPlace.at(5).file, base: 5).set(0)
    guard case .death(let other) = InFlight.remains(path: path, state: "a") else {
      Issue.record("no death")
      return
    }
    #expect(other.run != death.run && other.place == death.place)
    first.leave()
    #expect(InFlight.remains(path: path, state: "a") == .death(other))
  }

  /// What does not fit is said, never believed; what a test that counts on them finds where.
  @Test func tornForeignAndOldPages() throws {
    let page = InFlight(path: path, state: "a")
    page.enter(RecordPlace.at(5).file, base: 5).set(0)
    let sound = try bytes()
    #expect(sound.count == 4_096)
    #expect(sound[64..<72].elementsEqual([5, 0, 0, 0, 0, 0, 0, 0]), "the record's offset")
    func remains(_ bytes: [UInt8], state: String = "a") throws -> InFlight.Remains {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return InFlight.remains(path: path, state: state)
    }
    func flipped(_ index: Int) -> [UInt8] {
      var copy = sound
      copy[index] ^= 1
      return copy
    }
    for length in [0, 1, 8, 64, 71] {
      guard case .unusable = try remains(Array(sound[..<length])) else {
        Issue.record("\(length) bytes")
        continue
      }
    }
    guard case .unusable = try remains(flipped(0)) else {
      Issue.record("another magic")
      return
    }
    guard case .unusable = try remains(sound, state: "b") else {
      Issue.record("another state")
      return
    }
    #expect(try remains(flipped(16)) == .nothing, "before the machine was started anew")
    guard case .death(let crash) = try remains(flipped(60)) else {
      Issue.record("a signal")
      return
    }
    #expect(crash.isCrash)
    unlink(path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    guard case .unusable = InFlight.remains(path: path, state: "a") else {
      Issue.record("a directory")
      return
    }
    let without = InFlight(path: path, state: "a")
    #expect(without.problem != nil)
    without.enter(RecordPlace.at(5).file, base: 5).set(0)
    #expect(without.offset == 5, "it works on, and nobody finds it")
  }

  @Test func aParserAndAnEngineTellOfEveryRecord() throws {
    let page = InFlight(path: path, state: "a")
    var parser = RecordParser(RecordLayout(.spendfuse))
    var parsed = ParsedRecords()
    var context = FileContext()
    let text = "\n [{\"cost_usd\":1},{\"cost_usd\":2}\nno object\n{\"cost_usd\":3"
    var last: Int64?
    _ = Array(text.utf8).withUnsafeBytes {
      parser.parse(
        $0, isFinal: false, context: &context, into: &parsed,
        mark: page.enter(RecordPlace.at(0).file, base: 1_000))
    }
    last = page.offset
    #expect(parsed.records.map(\.start) == [3, 18, 33])
    #expect(last == 1_043, "the one that is not whole")
  }
}
