import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Alarms that are told and not over, in the state.
@Suite struct StandingAlarmsTests {
  private func alarm(_ kind: AlarmKind, _ subject: String) -> Alarm {
    Alarm(kind, subject, since: noonish, at: noonish + 5, facts: [])
  }

  @Test func areKeptUntilTheyAreOver() throws {
    let fixture = StateFixture()
    var store = try fixture.open()
    let all = AlarmKind.allCases.map { alarm($0, "l/|\u{e9}*") }
    var commit = StateCommit(time: .at(1))
    commit.alarms = all + [alarm(.fileStuck, "")]
    _ = try store.commit(commit)
    // Told again: it stands once.
    _ = try store.commit(commit)
    try store.close()
    store = try StateFixture().open()
    store = try fixture.open()
    var loaded = try store.load()
    #expect(Set(loaded.alarms) == Set(commit.alarms) && loaded.alarms.count == commit.alarms.count)
    #expect(loaded.saved.rows.isEmpty, "the engine knows nothing of them")
    commit.alarms = all.map { $0.over(at: noonish + 9) }
    _ = try store.commit(commit)
    loaded = try store.load()
    #expect(loaded.alarms == [alarm(.fileStuck, "")])
  }

  @Test func whatCannotBeReadIsNone() {
    let row = alarm(.fileStuck, "x").row
    #expect(Alarm(row) == alarm(.fileStuck, "x"))
    for cut in 0..<(row.value?.count ?? 0) {
      #expect(
        Alarm(StateRow(kind: row.kind, key: row.key, value: Array(row.value?.prefix(cut) ?? []))) == nil)
    }
    var key = ByteWriter()
    key.string("of-a-later-version")
    key.string("x")
    #expect(Alarm(StateRow(kind: row.kind, key: key.bytes, value: row.value)) == nil)
  }

  /// A switch that failed before the restart and is well now; one that is not in the rules any more.
  @Test func aSwitchGoesOnWhereItWas() throws {
    let halts = TempDir("halts")
    let place = Switch.directory(DirectorySwitch(path: halts.path))
    let told = [alarm(.switchFailing, "directory \(halts.path)"), alarm(.switchFailing, "redis gone:1")]
    let board = SwitchBoard([place], writer: "w", told: told)
    let gone = board.takeAlarms(now: noonish + 9)
    #expect(gone.map(\.subject) == ["redis gone:1"] && gone.map(\.isOver) == [true])
    #expect(AlarmText(gone[0]).title == "redis gone:1 is not in the rules file any more")
    board.assertAll(now: noonish + 10)
    #expect(board.takeAlarms(now: noonish + 10).map(\.id) == [told[0].id])
    #expect(board.takeAlarms(now: noonish + 11).isEmpty)
  }
}
