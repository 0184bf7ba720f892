import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Random weather against a model that remembers all of it and looks back.
@Suite struct BlindnessRandomTests {
  /// Every second's truth, from the beginning.
  private struct Weather {
    var isStuck: [Bool] = []
    var hasProblem: [Bool] = []
    var hasRecord: [Bool] = []
    var isFailing: [Bool] = []

    /// Whether `truth` held for each of the last `seconds`, as far back as there is anything.
    func held(_ truth: [Bool], _ seconds: Int) -> Bool {
      truth.count >= seconds && truth.suffix(seconds).allSatisfy { $0 }
    }
  }

  @Test(arguments: 0..<UInt64(Site.count)) func asTheModelSays(_ seed: UInt64) {
    var dice = Dice(seed: seed)
    var blindness = Blindness()
    var look = Look(steady: 0, wall: noonish, sources: [WatchedSource("l/*", silence: 40_000)])
    _ = blindness.take(look)
    var weather = Weather()
    var open: Set<AlarmKind> = []
    var (offset, sun) = (Int64(0), [true, true, true, true])
    for second in 1...2_000 {
      // Each changes now and then, so that spans fall on both sides of every patience.
      for index in sun.indices where Int.random(in: 0..<45, using: &dice) == 0 { sun[index].toggle() }
      let isRead = !sun[0]
      if isRead { offset += 1 }
      weather.isStuck.append(!isRead)
      weather.hasProblem.append(!sun[1])
      weather.hasRecord.append(sun[2] && second % 7 == 0)
      weather.isFailing.append(!sun[3])

      var reading = UneasyFile(FileID(rawValue: 1), source: SourceID(rawValue: 1), path: RawPath("/m/1"))
      (reading.offset, reading.unread) = (offset, 10)
      var closed = UneasyFile(FileID(rawValue: 2), source: SourceID(rawValue: 1), path: RawPath("/m/2"))
      closed.problem = "closed"
      look.steady += 1_000
      look.wall = look.wall + 1_000
      look.files = sun[1] ? [reading] : [reading, closed]
      look.sources = [look.sources[0], WatchedSource("m/*")]
      if weather.hasRecord.last == true {
        look.sources[0].piles.read += 1; look.sources[0].piles.counted += 1
      }
      look.commitProblem = sun[3] ? nil : "full"

      for alarm in blindness.take(look) {
        #expect(open.contains(alarm.kind) == alarm.isOver, "seed \(seed), second \(second): \(alarm)")
        if alarm.isOver { open.remove(alarm.kind) } else { open.insert(alarm.kind) }
        switch (alarm.kind, alarm.isOver) {
        case (.fileStuck, false): #expect(weather.held(weather.isStuck, 60), "seed \(seed), second \(second)")
        case (.filesUnreadable, false): #expect(weather.held(weather.hasProblem, 31))
        case (.filesUnreadable, true): #expect(weather.held(weather.hasProblem.map(!), 31))
        case (.sourceSilent, false): #expect(weather.held(weather.hasRecord.map(!), 40))
        case (.sourceSilent, true): #expect(weather.hasRecord.last == true)
        case (.stateUnwritten, false): #expect(weather.held(weather.isFailing, 11))
        case (.stateUnwritten, true): #expect(weather.held(weather.isFailing.map(!), 31))
        default: break
        }
      }
      // And the other way round: what lasted must have been told.
      if weather.held(weather.isStuck, 61) { #expect(open.contains(.fileStuck), "seed \(seed), \(second)") }
      if weather.held(weather.hasProblem, 31) { #expect(open.contains(.filesUnreadable)) }
      if weather.held(weather.hasRecord.map(!), 40) { #expect(open.contains(.sourceSilent)) }
      if weather.held(weather.isFailing, 11) { #expect(open.contains(.stateUnwritten)) }
      if weather.held(weather.isFailing.map(!), 31) { #expect(!open.contains(.stateUnwritten)) }
      if weather.held(weather.hasProblem.map(!), 31) { #expect(!open.contains(.filesUnreadable)) }
    }
    #expect(Set(blindness.open.map(\.kind)) == open)
  }

  private enum Site {
    /// More by hand: SPENDFUSE_WALKS.
    static let count = environment("SPENDFUSE_WALKS") ?? 20
    private static func environment(_ name: String) -> Int? {
      getenv(name).flatMap { Int(String(cString: $0)) }
    }
  }
}
