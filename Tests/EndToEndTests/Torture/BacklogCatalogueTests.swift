import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A large backlog at the start (D10): bounded memory, no halt for a day that is over, and live lines do not wait for it.
/// SPENDFUSE_MB=5000 for one as the catalogue has it.
@Suite struct BacklogCatalogueTests {
  private static let rules = """
    sources:
      - {path: "logs/*.jsonl", format: spendfuse}
    rules:
      - {name: day, per: key, window: day, limit: 5.00, halt: key, until: reset}
    kill_switch:
      - directory: {path: halts}
    """

  /// Greatest resident size of a process so far, in MB.
  private func peak(_ program: Program) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) / 1_024
  }

  @Test func d10ABacklogNeitherHaltsNorStarves() throws {
    let site = try Site(rules: Self.rules)
    let megabytes = Site.number("SPENDFUSE_MB") ?? 6
    // Two days ago every key passed its limit many times over.
    let old = (WallClock.now + -2 * .day).rfc3339
    var block = ""
    for number in 0..<5_000 {
      block +=
        #"{"time":"\#(old)","key":"k\#(number % 50)","task":"t\#(number)","model":"gpt-5","input_tokens":1000,"#
        + #""cost_usd":1}"# + "\n"
    }
    let blocks = (megabytes << 20) / block.utf8.count + 1
    for number in 0..<blocks {
      // No file is a copy of another one.
      let own = block.replacing("\"task\":\"t", with: "\"task\":\"f\(number % 3)-")
      try site.append(own, to: "logs/old-\(number % 3).jsonl")
    }
    let watch = try site.start()
    #expect(eventually(within: .seconds(30)) { (try? site.status().isCatchingUp) == true })
    // A live line in the midst of it.
    try site.append(Site.line(key: "live", usd: "6"), to: "logs/live.jsonl")
    #expect(eventually(within: .seconds(30)) { site.exists("halts/key-live.halt") })
    let midst = try site.status()
    #expect(midst.isCatchingUp, "the live line came only after the backlog")
    let total = Int64(blocks) * 5_000 + 1
    #expect(eventually(within: .seconds(300 + megabytes)) { (try? site.status().books.folded) == total })
    #expect(site.haltFiles == ["key-live.halt"])
    let peak = peak(watch)
    print("BacklogCatalogueTests: \(megabytes) MB, \(total) lines, \(peak) MB resident at most")
    #expect(peak < 300)
    site.expectBalance(try site.status())
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
