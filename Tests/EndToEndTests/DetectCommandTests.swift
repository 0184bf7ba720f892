import Support
import Testing

/// `spendfuse detect` as people run it.
@Suite struct DetectCommandTests {
  private let dir = TempDir("detect-command")

  private func shell(_ line: String) throws -> (status: Int32?, output: String, errors: String) {
    let program = try Program([], in: dir, under: ["/bin/sh", "-c", "cd '\(dir.path)' && " + line])
    return (program.wait(within: .seconds(60)), program.output, program.errors)
  }

  @Test func printsEachRowAsItStands() throws {
    try dir.write("bill.csv", "day,usd\n2026-01-01,1.50\n\"2026-01-02\",2\n")
    let result = try shell(#""$0" detect --csv bill.csv"#)
    #expect(result.status == 0)
    #expect(
      result.output == """
        timestamp,value,anomaly_score,alert
        2026-01-01,1.50,0.000000000,0
        "2026-01-02",2,0.000000000,0

        """)
  }

  @Test func whatCameBeforeAMistakeIsPrinted() throws {
    let result = try shell(#"printf '1700000000,1\n1700000060,x\n' | "$0" detect --spend --csv -"#)
    #expect(result.status == 1)
    #expect(result.output.hasSuffix("\n1700000000,1,0.000000000,0\n"))
    #expect(result.errors.hasPrefix("standard input:2:12: error: 'x' is no number\n"))
  }

  /// A row is answered before the next one comes.
  @Test func answersAsItReads() throws {
    let result = try shell(
      """
      mkfifo in out; "$0" detect --csv - < in > out & exec 3> in 4< out; echo 1700000000,7 >&3; read header <&4; read row <&4; \
      echo "$row"; exec 3>&-; wait
      """)
    #expect(result.output == "1700000000,7,0.000000000,0\n")
  }
}
