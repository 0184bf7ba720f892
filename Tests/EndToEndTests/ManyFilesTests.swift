import Foundation
import Support
import Testing

@testable import SpendWatch

/// Many files at the start, many more at once while it runs, each with one more line: every line once.
/// SPENDFUSE_FILES=3000 for a large one.
@Suite struct ManyFilesTests {
  @Test func eachLineOfEachFile() throws {
    let files = Site.number("SPENDFUSE_FILES") ?? 600
    let site = try Site(
      rules: """
        sources:
          - {path: "logs/**/*.jsonl", format: spendfuse}
        rules:
          - {name: all, per: global, window: lifetime, limit: 1000000.00}
        """)
    func line(_ number: Int) -> String { Site.line(key: "k\(number % 50)", task: "t\(number)", usd: "0.001") }
    func path(_ file: Int) -> String { "logs/\(file % 40)/deep/\(file).jsonl" }
    for file in 0..<files { try site.append(line(file), to: path(file)) }
    // Fewer descriptors than files.
    let watch = try site.start(under: ["/bin/sh", "-c", "ulimit -n 200; exec \"$0\" \"$@\""])
    #expect(eventually(within: .seconds(60)) { (try? site.status().books.folded) == Int64(files) })
    for file in files..<(2 * files) { try site.append(line(file), to: path(file)) }
    for file in 0..<(2 * files) { try site.append(line(2 * files + file), to: path(file)) }
    #expect(eventually(within: .seconds(60)) { (try? site.status().books.folded) == Int64(4 * files) })
    let status = try site.status()
    #expect(status.books.read == Int64(4 * files) && status.warnings == [])
    site.expectBalance(status)
    #expect(status.rules.first?.top.first?.value == Int64(4 * files) * 1_000_000)
    watch.kill(SIGKILL)
    _ = watch.wait()
    let again = try site.watch()
    #expect(try site.status().books == status.books)
    again.kill(SIGTERM)
    #expect(again.wait(within: Site.patience(1)) == 0)
  }
}
