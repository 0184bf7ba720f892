import SpendWatch
import Testing

@testable import spendfuse

@Suite struct OutputBlocksTests {
  @Test(arguments: [
    (0, "        "), (1, "▏       "), (500, "████    "), (563, "████▌   "), (1_000, "████████"),
    (5_000, "████████"),
  ])
  func barsFill(_ part: Int64, _ bar: String) {
    #expect(OutputBar.text(part, of: 1_000, width: 8) == bar)
  }

  @Test(arguments: [(0, "    "), (1, "#   "), (740, "##  "), (1_000, "####")])
  func barsWithoutBlocks(_ part: Int64, _ bar: String) {
    #expect(OutputBar.text(part, of: 1_000, width: 4, blocks: false) == bar)
  }

  @Test func barsAreAsWideAsAsked() {
    for width in 0...40 {
      for part in stride(from: Int64(0), through: 1_200, by: 7) {
        for blocks in [true, false] {
          #expect(OutputBar.text(part, of: 1_000, width: width, blocks: blocks).columns == width)
        }
      }
    }
    #expect(OutputBar.text(5, of: 0, width: 3) == "   ")
    #expect(OutputBar.text(.max, of: 1, width: 3) == "███")
  }

  @Test(
    arguments: [
      ([0, 1, 50, 100], " ▁▄█"), ([], ""), ([0, 0], "  "), ([7], "█"), ([.max, 1, -3], "█▁ "),
    ] as [([Int64], String)])
  func sparks(_ values: [Int64], _ text: String) { #expect(OutputSpark.text(values) == text) }

  @Test func sparksOfOneScale() {
    #expect(OutputSpark.text([50, 100], largest: 200) == "▂▄")
    #expect(OutputSpark.text([1, 100], blocks: false) == ".#")
  }

  @Test(
    arguments: [
      ([:], true), (["LANG": "C"], false), (["LANG": "de_DE.UTF-8"], true),
      (["LANG": "C", "LC_ALL": "C.UTF-8"], true),
      (["LC_ALL": "POSIX", "LANG": "en_US.utf8"], false),
      (["LC_ALL": "", "LC_CTYPE": "en_US.ISO-8859-1"], false),
    ] as [([String: String], Bool)])
  func localesWithBlocks(_ environment: [String: String], _ has: Bool) {
    #expect(OutputTerminal.isUnicode(environment) == has)
  }
}
