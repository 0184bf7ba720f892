import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct BlindnessTests {
  @Test func aFileThatIsNotReadOnIsToldOnceAndOnceThatItGoesOn() {
    var watched = Watched()
    watched.file(100, unread: 50)
    watched.pass(59 * .second)
    #expect(watched.told == [])
    watched.file(100, unread: 5_000)
    watched.pass(3 * .second)
    #expect(watched.told == ["file-stuck"])
    #expect(watched.facts == ["/l/1.jsonl: 5,000 bytes from 100 on"])
    #expect(watched.blindness.open[0].since == noonish + 2_000, "since it was seen to stand still")
    watched.pass(.hour)
    #expect(watched.told.count == 1)
    // It moves, stands still again, and moves: no to and fro.
    watched.file(110, unread: 10)
    watched.pass(90 * .second)
    #expect(watched.told.count == 1)
    watched.file(120, unread: 10)
    watched.pass(30 * .second)
    watched.look.files = []
    watched.pass(3 * .minute)
    #expect(watched.told == ["file-stuck", "over file-stuck"])
    #expect(watched.blindness.open.isEmpty)
  }

  @Test func aFileThatGrowsAndIsReadIsNotStuck() {
    var watched = Watched()
    for offset in 0..<300 {
      watched.file(Int64(offset), unread: 1_000_000)
      watched.pass(30 * .second)
    }
    #expect(watched.told == [])
  }

  /// (bytes, minutes, told)
  @Test(
    arguments: [
      (200, 600, false), (1 << 20, 9, false), (1 << 20, 11, true), ((1 << 20) - 1, 600, false),
    ] as [(Int64, Int64, Bool)])
  func aHalfWrittenLineMayWait(_ bytes: Int64, _ minutes: Int64, _ isTold: Bool) {
    var watched = Watched()
    watched.file(0, unread: bytes, incomplete: true)
    watched.pass(minutes * .minute)
    #expect(watched.told == (isTold ? ["file-stuck"] : []))
  }

  /// The backlog waits as long as anything is read.
  @Test func whatWaitsForItsTurnIsNotStuck() {
    var watched = Watched()
    watched.look.isCatchingUp = true
    watched.file(0, unread: 1_000, backlog: true)
    for _ in 0..<20 {
      watched.look.handed += 1
      watched.pass(30 * .second)
    }
    #expect(watched.told == [])
    watched.pass(90 * .second)
    #expect(watched.told == ["file-stuck"])
  }

  @Test func aStoppedProcessSawNothingStandStill() {
    var watched = Watched(silence: .minute)
    watched.file(100, unread: 50)
    watched.pass(2 * .second)
    // SIGSTOP for an hour, or a laptop that slept.
    watched.look.steady += .hour
    watched.look.wall = watched.look.wall + .hour
    watched.take()
    watched.look.files = []
    watched.records(counted: 1)
    watched.pass(10 * .second)
    #expect(watched.told == [])
  }

  /// Steps of the wall clock move no span, and an incident keeps its name.
  @Test(arguments: [Milliseconds.day, -Milliseconds.day]) func theClockMayStep(_ step: Milliseconds) {
    var watched = Watched(silence: .minute)
    watched.file(100, unread: 50)
    watched.pass(30 * .second)
    watched.look.wall = watched.look.wall + step
    watched.pass(25 * .second)
    #expect(watched.told == [])
    watched.pass(10 * .second)
    #expect(watched.told == ["file-stuck"])
    let began = watched.blindness.open[0]
    watched.look.wall = watched.look.wall + -2 * step
    watched.pass(10 * .second)
    #expect(watched.blindness.open.map(\.id) == [began.id] && watched.told.count == 1)
  }

  @Test func manyFilesInTheSameTroubleAreOneAlarm() {
    var watched = Watched()
    for id in 1...1_000 { watched.file(0, unread: 0, problem: "closed", id: UInt32(id)) }
    watched.pass(29 * .second)
    #expect(watched.told == [], "rotation closes a file for a moment")
    watched.pass(4 * .second)
    #expect(watched.told == ["files-unreadable"])
    #expect(
      watched.facts == [
        "/l/1.jsonl: closed", "/l/10.jsonl: closed", "/l/100.jsonl: closed", "and 997 more",
      ])
    // For one scan all is well: that is no end.
    let files = watched.look.files
    watched.look.files = []
    watched.pass(10 * .second)
    watched.look.files = files
    watched.pass(10 * .minute)
    #expect(watched.told.count == 1)
    watched.look.files = []
    watched.pass(.minute)
    #expect(watched.told == ["files-unreadable", "over files-unreadable"])
  }

  @Test func theStateIsWrittenOrPeopleAreTold() {
    var watched = Watched()
    // A batch after the other: each is young.
    for number in 0..<50 {
      watched.look.oldestBatch = number
      watched.pass(9 * .second)
    }
    #expect(watched.told == [])
    watched.look.oldestBatch = 50
    watched.pass(9 * .second)
    #expect(watched.told == [])
    watched.pass(4 * .second)
    #expect(watched.told == ["state-not-written"] && watched.facts == ["the disk does not answer"])
    watched.look.commitProblem = "disk full"
    watched.pass(.hour)
    #expect(watched.told.count == 1 && watched.facts == ["disk full"])
    (watched.look.oldestBatch, watched.look.commitProblem) = (nil, nil)
    watched.pass(10 * .second)
    // It fails again at once.
    watched.look.commitProblem = "disk full"
    watched.pass(20 * .second)
    watched.look.commitProblem = nil
    watched.pass(32 * .second)
    #expect(watched.told == ["state-not-written", "over state-not-written"])
  }

  @Test func aFailureWithoutABatchIsToldToo() {
    var watched = Watched()
    watched.look.commitProblem = "disk full"
    watched.pass(9 * .second)
    #expect(watched.told == [])
    watched.pass(4 * .second)
    #expect(watched.told == ["state-not-written"])
  }

  @Test func whatIsLostIsToldAndRememberedForAnHour() {
    var watched = Watched()
    func loss(_ name: String, _ bytes: Int64) -> FileLoss {
      FileLoss(source: SourceID(rawValue: 0), path: RawPath("/l/\(name)"), bytes: bytes)
    }
    watched.look.losses = [loss("b", 2_000), loss("a", 3)]
    watched.pass(2 * .second)
    #expect(watched.told == ["bytes-lost"])
    #expect(watched.facts == ["/l/a: at least 3 bytes", "/l/b: at least 2,000 bytes"])
    watched.pass(50 * .minute)
    watched.look.losses = [loss("a", 9)]
    watched.pass(50 * .minute)
    #expect(watched.told.count == 1)
    watched.pass(11 * .minute)
    #expect(watched.told == ["bytes-lost", "over bytes-lost"])
  }

  @Test func aRecordThatWasPassedOver() {
    var old = Piles()
    (old.read, old.rejected, old.quarantined) = (5, 1, 1)
    var watched = Watched(piles: old)
    watched.pass(.hour)
    #expect(watched.told == [], "told in an earlier run")
    watched.records(rejected: 1, quarantined: 1)
    watched.pass(2 * .second)
    #expect(watched.told == ["record-quarantined"] && watched.facts == ["1 record was not read"])
  }

  /// Told before a restart: not told again, and over only when it is.
  @Test func restored() {
    func old(_ kind: AlarmKind, _ subject: String = "l/*") -> Alarm {
      Alarm(kind, subject, since: noonish + -5_000, at: noonish + -1_000, facts: ["x"])
    }
    var watched = Watched(silence: .hour, restored: [old(.sourceSilent), old(.recordsRefused)])
    watched.look.isCatchingUp = true
    watched.pass(.minute)
    watched.look.isCatchingUp = false
    watched.pass(3 * .hour)
    #expect(watched.told == [] && watched.blindness.open.count == 2)
    watched.records(counted: 100)
    watched.pass(2 * .second)
    #expect(watched.told == ["over records-rejected", "over source-silent"])

    watched = Watched(restored: [
      old(.fileStuck), old(.filesUnreadable), old(.stateUnwritten, ""), old(.bytesLost),
    ])
    watched.pass(3 * .minute)
    #expect(watched.told == ["over files-unreadable", "over state-not-written", "over file-stuck"])
    watched.pass(.hour)
    #expect(watched.told.last == "over bytes-lost")
    watched = Watched(restored: [old(.fileStuck, "gone/*")])
    #expect(watched.told == ["over file-stuck"])
  }

  @Test func aSourceThatIsNotWatchedAnyMoreEndsItsAlarms() throws {
    var watched = Watched(silence: .minute)
    watched.pass(2 * .minute)
    var look = watched.look
    look.sources = [WatchedSource("other/*")]
    look.steady += 2_000
    let over = try #require(watched.blindness.take(look).first)
    #expect(over.isOver && AlarmText(over).title == "l/* is not in the rules file any more")
  }
}
