import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// `detect`: its scores against those of another implementation of the same formulas, and against the spike rule's own decisions.
@Suite struct DetectionTests {
  private let dir = TempDir("detect")

  struct Outcome {
    var scores: [Double] = []
    var alerts: [Int] = []
    var sum: Double { scores.reduce(0, +) }
  }

  private func run(_ rows: String, isSpend: Bool = false) throws -> Outcome {
    try run(file: dir.write("series.csv", "timestamp,value\n" + rows), isSpend: isSpend)
  }

  private func run(file: String, isSpend: Bool = false) throws -> Outcome {
    var reader = try SeriesReader(file)
    var detection = Detection(isSpend: isSpend)
    var outcome = Outcome()
    while let row = try reader.next() {
      let score = detection.observe(row)
      if score.isAlert { outcome.alerts.append(outcome.scores.count) }
      outcome.scores.append(score.value)
    }
    return outcome
  }

  private static func time(_ minutes: Int) -> String {
    let time = EngineTime(milliseconds: 1_772_409_600_000 + Int64(minutes) * .minute)  // Monday 2026-03-02
    return String(time.rfc3339.prefix(19)).replacing("T", with: " ")
  }

  /// Ten-minute values of an office, with a burst and an outage. The expected numbers are of a reference in Python.
  @Test func scoresAsTheReference() throws {
    var rows = ""
    for place in 0..<3_000 {
      let (day, hour) = (place / 144, place / 6 % 24)
      var value = place * 7_919 % 97 + ((8..<18).contains(hour) && day % 7 < 5 ? 200 : 20)
      if (2_000..<2_012).contains(place) { value *= 4 }
      if (2_600..<2_640).contains(place) { value = 0 }
      rows += "\(DetectionTests.time(place * 10)),\(value)\n"
    }
    let outcome = try run(rows)
    #expect(abs(outcome.sum - 3.151_266_983) < 1e-9)
    #expect(outcome.alerts == [792, 2_001, 2_600])
    #expect(abs(outcome.scores[2_001] - 0.586_818_050) < 1e-9)
  }

  /// As `art_flatline` of the Numenta benchmark: 4,032 times 45.
  @Test func aConstantSeriesSaysNothing() throws {
    let rows = (0..<4_032).map { "\(DetectionTests.time($0 * 5)),45.0\n" }.joined()
    let outcome = try run(rows)
    #expect(outcome.sum == 0)
    #expect(outcome.alerts.isEmpty)
  }

  @Test func extremesStayNumbers() throws {
    let values = ["1e308", "-1e308", "0", "5e-324", "1", "-0.0", "1e-300"]
    let rows = (0..<700).map { "\(DetectionTests.time($0)),\(values[$0 % values.count])\n" }.joined()
    let outcome = try run(rows)
    #expect(outcome.scores.allSatisfy { (0..<1).contains($0) })
  }

  /// The published sums of scores, alerts and first alerts, where the benchmark's `data` is at hand.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["SPENDFUSE_NAB"] != nil),
    arguments: [
      ("realKnownCause/nyc_taxi", 8.360569, 8, 3_031),
      ("realAWSCloudwatch/ec2_cpu_utilization_5f5533", 4.561377, 7, 0),
      ("realTweets/Twitter_volume_AAPL", 24.234708, 17, 0), ("artificialNoAnomaly/art_flatline", 0, 0, 0),
    ])
  func scoresThePublicBenchmark(_ name: String, _ sum: Double, _ alerts: Int, _ first: Int) throws {
    let data = ProcessInfo.processInfo.environment["SPENDFUSE_NAB"] ?? ""
    let outcome = try run(file: "\(data)/\(name).csv")
    #expect(abs(outcome.sum - sum) < 2e-6)
    #expect(outcome.alerts.count == alerts)
    if first > 0 { #expect(outcome.alerts.first == first) }
  }

  /// Two weeks of calls every ten minutes, then a loop: the score crosses its bar where the rule alerts, and the alert lasts its half hour.
  @Test func spendIsTheSpikeRule() throws {
    var times: [(minute: Int, cost: String)] = (0..<14 * 144).map { ($0 * 10, "0.10") }
    let loop = 13 * 1_440 + 10 * 60
    times += (1...40).map { (loop + $0, "0.25") }
    times.sort { $0.minute < $1.minute }
    let outcome = try run(
      times.map { "\(DetectionTests.time($0.minute)),\($0.cost)\n" }.joined(), isSpend: true)
    var state = SpikeState(
      first: try #require(EngineTime(rfc3339: "2026-03-02T00:00:00Z")), calendar: .utc, rule: SpikeRule())
    var levels: [SpikeLevel] = []
    for call in times {
      let time = EngineTime(milliseconds: 1_772_409_600_000 + Int64(call.minute) * .minute)
      let cost: Int64 = call.cost == "0.10" ? 100_000_000 : 250_000_000
      levels.append(state.observe(time: time, cost: cost, calendar: .utc, rule: SpikeRule()).level)
    }
    let spikes = levels.indices.filter { levels[$0] != .none }
    #expect(!spikes.isEmpty)
    #expect(outcome.scores.indices.filter { outcome.scores[$0] >= 0.5 } == spikes)
    #expect(outcome.alerts.first == spikes.first)
    #expect(Set(outcome.alerts).isSuperset(of: spikes))
    let last = try #require(outcome.alerts.last)
    let tail = times[last].minute - times[try #require(spikes.last)].minute
    #expect((20..<30).contains(tail))
  }

  @Test func nothingIsSaidOnTheFirstDay() throws {
    let rows = (0..<1_000).map { "\(DetectionTests.time($0)),\($0 < 900 ? 0.01 : 50)\n" }.joined()
    let outcome = try run(rows, isSpend: true)
    #expect(outcome.sum == 0)
    #expect(outcome.alerts.isEmpty)
  }
}
