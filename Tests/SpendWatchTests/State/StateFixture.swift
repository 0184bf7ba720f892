import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

extension Dice {
  mutating func bytes(_ range: ClosedRange<Int>) -> [UInt8] {
    (0..<Int.random(in: range, using: &self)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
  }
}

extension EngineTime {
  static func at(_ milliseconds: Int64) -> EngineTime { EngineTime(milliseconds: milliseconds) }
}

extension LedgerCodec {
  /// Files everything under the day that is the first byte of an event blob.
  static let concatenating = LedgerCodec { events in
    var days: [Int64: [UInt8]] = [:]
    for blob in events { days[Int64(blob[0]), default: []] += blob }
    return days.keys.sorted().map { Entry(day: $0, blob: days[$0] ?? []) }
  } merge: { blobs in
    blobs.flatMap { $0 }
  }
}

/// A state directory of a test's own; it is removed with its last reference.
final class StateFixture {
  let temp = TempDir("state")
  var directory: StateDirectory { StateDirectory(temp.file("state")) }
  var database: String { directory.databasePath }

  func open(
    _ ledger: LedgerCodec = .concatenating, limits: SettlingQueue.Limits = SettlingQueue.Limits()
  ) throws -> Store {
    try directory.prepare()
    return try Store(lock: try StateLock(directory), now: .at(1), ledger: ledger, limits: limits)
  }

  /// What a power cut at this moment would leave: the files as they are, without a close.
  func crashed() throws -> StateFixture {
    let copy = StateFixture()
    try copy.directory.prepare()
    for name in ["state.db", "state.db-wal"]
    where FileManager.default.fileExists(atPath: directory.path + "/" + name) {
      try FileManager.default.copyItem(
        atPath: directory.path + "/" + name, toPath: copy.directory.path + "/" + name)
    }
    return copy
  }

  func bytes(_ name: String = "state.db") throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name)))
  }
  func write(_ bytes: [UInt8], _ name: String = "state.db") throws {
    try Data(bytes).write(to: URL(fileURLWithPath: directory.path + "/" + name))
  }
}

extension StateCommit {
  /// A batch with `count` bytes of events that begin with `day`.
  static func events(_ sequence: Int64, day: UInt8 = 1, count: Int = 10, settled: Int64 = 0) -> StateCommit {
    var batch = Batch(sequence: sequence, time: .at(sequence * 100))
    batch.events = [day] + [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: count - 1)
    batch.journalSettled = settled
    return StateCommit(batch: batch, time: .at(sequence * 100))
  }
}

/// Runs `body`, which must throw a `StateError`.
func stateError(
  _ sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws -> StateError {
  let error = #expect(throws: StateError.self, sourceLocation: sourceLocation) { try body() }
  return try #require(error, sourceLocation: sourceLocation)
}
