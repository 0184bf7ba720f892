import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct SeriesReaderTests {
  private let dir = TempDir("series")

  private func rows(_ text: String) throws -> [SeriesReader.Row] {
    var reader = try SeriesReader(dir.write("series.csv", text))
    var rows: [SeriesReader.Row] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  private func problem(_ text: String) throws -> String {
    do {
      let rows = try rows(text)
      Issue.record("\(rows.count) rows were read")
      return ""
    } catch let problem as Diagnostic {
      var problem = problem
      problem.file = "series.csv"
      return problem.rendered
    }
  }

  @Test(arguments: [
    "2014-04-01 00:00:00", "2014-04-01", "2014-04-01T00:00:00Z", "2014-04-01T02:00:00.000+02:00",
    "1396310400", "1396310400000", "\"2014-04-01 00:00:00\"", " 2014-04-01 00:00 ",
  ])
  func timesAreReadAsTheyAreWritten(_ text: String) throws {
    let rows = try rows("timestamp,value\n\(text),1.5\n")
    #expect(rows.map(\.time.milliseconds) == [1_396_310_400_000])
    #expect(rows.map(\.value) == [1.5])
    #expect(rows.map(\.scaled) == [1_500_000_000])
  }

  @Test(arguments: [
    "2026-01-01,1\n2026-01-02,2\n", "timestamp,value\n2026-01-01,1\n2026-01-02,2",
    "\u{feff}Timestamp,Value\r\n2026-01-01,1\r\n\r\n2026-01-02,2\r\n",
    "value,key,timestamp\n1,\"a,b\",2026-01-01\n2,b,2026-01-02\n", "day,cost\n2026-01-01,1\n2026-01-02,2\n",
    "2026-01-01,1,note\n2026-01-02,2,\n",
  ])
  func columnsAreFound(_ text: String) throws {
    let rows = try rows(text)
    #expect(rows.map(\.value) == [1, 2])
    #expect(rows.map(\.timeText) == ["2026-01-01", "2026-01-02"])
  }

  @Test func mistakesAreShown() throws {
    #expect(
      try problem("timestamp,value\n2026-01-01,1\n2026-01-02, n/a\n") == """
        series.csv:3:13: error: 'n/a' is no number
            3 | 2026-01-02, n/a
              |             ^~~ write 12.5; leave out a row without a value
        """)
    #expect(try problem("timestamp,value\n2026-02-30,1\n").contains(":2:1: error: '2026-02-30' is no time"))
    #expect(try problem("timestamp,value\n2026-01-01,$5\n").contains("leave out the $"))
    #expect(try problem("timestamp,value\n2026-01-01,nan\n").contains("'nan' is no number"))
    #expect(try problem("timestamp,value\n2026-01-01\n").contains(":2:1: error: a row of 1 field"))
    #expect(try problem("day;cost\n2026-01-01;1\n").contains("name the columns timestamp and value"))
    #expect(try problem("") == "series.csv: error: holds no row (a row is timestamp,value)")
    #expect(
      try problem("timestamp,value\n2026-01-09,1\n2026-01-02,1\n").contains("sort -t, -k1,1"))
  }

  /// At the end of summer time the clock goes back.
  @Test func anHourBackIsInOrder() throws {
    #expect(try rows("2026-10-25 02:59:00,1\n2026-10-25 02:00:00,2\n").count == 2)
  }

  @Test func moneyIsExact() throws {
    let rows = try rows("timestamp,value\n1700000000,0.0000001\n1700000000,1e30\n1700000000,-2.5e-3\n")
    #expect(rows.map(\.scaled) == [100, .max, -2_500_000])
  }

  @Test func whatIsNotThereIsSaid() throws {
    try dir.write("bill.csv", "")
    let problem = #expect(throws: Diagnostic.self) { _ = try SeriesReader(dir.file("bil.csv")) }
    #expect(problem?.message == "no such file or directory")
    #expect(problem?.hint == "did you mean \(dir.file("bill.csv"))?")
  }
}
