import Foundation
import GRDB
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// D6: a bit that flipped anywhere in the files is found, or does not matter.
@Suite struct BitFlipTests {
  private static let flips = ProcessInfo.processInfo.environment["SPENDFUSE_FLIPS"].flatMap { Int($0) } ?? 300

  /// The states after each of a few commits, and where they lie.
  private func made(_ seed: UInt64) throws -> (fixture: StateFixture, store: Store, visible: [StateModel]) {
    var maker = CommitMaker(random: Dice(seed: seed))
    let fixture = StateFixture()
    let store = try fixture.open()
    var model = StateModel()
    var visible = [model.visible]
    for _ in 0..<25 {
      let commit = maker.next(after: model)
      model.apply(commit, try store.commit(commit))
      visible.append(model.visible)
    }
    return (fixture, store, visible)
  }

  /// All that is read back; when a message is tried next has no sum.
  private func readable(_ model: StateModel) -> StateModel {
    var copy = model
    copy.outbox = model.outbox.map {
      OutboxRow(
        id: 0, notificationID: $0.notificationID, receiver: $0.receiver, body: $0.body, nextAt: .at(0),
        createdAt: .at(0))
    }
    return copy
  }

  @Test(arguments: 1...2) func d6ADatabaseWithAFlippedBit(seed: UInt64) throws {
    let (fixture, store, visible) = try made(seed)
    try store.close()
    let sound = try fixture.bytes()
    let last = readable(try #require(visible.last))
    var dice = Dice(seed: seed)
    var refused = 0
    for _ in 0..<Self.flips {
      let bit = Int.random(in: 0..<sound.count * 8, using: &dice)
      var bytes = sound
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let broken = StateFixture()
      try broken.directory.prepare()
      try broken.write(bytes)
      do {
        let loaded = readable(StateModel(try broken.open().load()))
        #expect(loaded == last, "seed \(seed), bit \(bit % 8) of byte \(bit / 8)")
      } catch {
        refused += 1
        #expect(error is StateError, "\(error)")
      }
    }
    print("BitFlipTests: \(refused) of \(Self.flips) refused")
    #expect(refused > Self.flips / 20)
  }

  /// A log whose frame is broken ends before it, as after a power cut: an earlier commit, whole.
  @Test(arguments: 1...2) func d6ALogWithAFlippedBit(seed: UInt64) throws {
    let (fixture, store, visible) = try made(seed)
    let sound = try fixture.bytes("state.db-wal")
    var dice = Dice(seed: seed)
    var found: Set<Int> = []
    for _ in 0..<Self.flips / 3 {
      let bit = Int.random(in: 0..<sound.count * 8, using: &dice)
      var bytes = sound
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      let broken = try fixture.crashed()
      try broken.write(bytes, "state.db-wal")
      do {
        let loaded = StateModel(try broken.open().load())
        let index = visible.lastIndex(of: loaded)
        #expect(index != nil, "seed \(seed), bit \(bit % 8) of byte \(bit / 8)")
        found.insert(index ?? -1)
      } catch { #expect(error is StateError, "\(error)") }
    }
    #expect(found.count > 3)
    try store.close()
  }
}
