import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Power cuts, clocks and times of the catalogue (D), with the real program.
@Suite struct DurabilityCatalogueTests {
  /// The nearest thing to a power cut: the state's files as they were at some moment, the log of the database cut at some frame after
  /// what was copied back. The last commits are gone together with their places: the logs are read again from there.
  /// SPENDFUSE_SEED=n repeats one.
  @Test func d7PowerCut() throws {
    let seed = Site.number("SPENDFUSE_SEED").map(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
    var dice = Dice(seed: seed)
    let site = try Site(rules: RotationCatalogueTests.rules)
    let writer = NumberedWriter(site.path("logs/a.jsonl"))
    try writer.start(seed: dice.next())
    let watch = try site.watch()
    for cut in 0..<4 {
      usleep(UInt32(dice.roll(100_000...600_000)))
      watch.kill(SIGSTOP)
      try takePicture(site, as: "cut\(cut)", &dice)
      watch.kill(SIGCONT)
    }
    let model = writer.stop()
    watch.kill(SIGKILL)
    _ = watch.wait()
    for cut in 0..<4 {
      try FileManager.default.removeItem(atPath: site.path("state"))
      try FileManager.default.moveItem(atPath: site.path("cut\(cut)"), toPath: site.path("state"))
      let again = try site.watch()
      let isRead = eventually(within: .seconds(30)) { (try? site.status().books.read) == model.lines }
      let books = try site.status().books
      #expect(
        isRead && books.folded == model.lines,
        "\(books) of \(model.lines), cut \(cut), SPENDFUSE_SEED=\(seed)")
      site.settle()
      again.kill(SIGTERM)
      #expect(again.wait() == 0, "\(again.errors)")
      let report = try site.report(["--by", "key"])
      #expect(report.requests == model.requests && report.nanoUSD == model.nanoUSD, "SPENDFUSE_SEED=\(seed)")
    }
  }

  private func takePicture(_ site: Site, as name: String, _ dice: inout Dice) throws {
    try FileManager.default.createDirectory(atPath: site.path(name), withIntermediateDirectories: true)
    chmod(site.path(name), 0o700)
    for file in try FileManager.default.contentsOfDirectory(atPath: site.path("state"))
    where !file.hasSuffix(".sock") && !file.hasSuffix("-shm") {
      try? FileManager.default.copyItem(
        atPath: site.path("state/\(file)"), toPath: site.path("\(name)/\(file)"))
    }
    // The index of the log says how many frames are valid, and how many are back in the database.
    guard let index = FileManager.default.contents(atPath: site.path("state/state.db-shm")), index.count > 100
    else { return }
    func word(_ at: Int) -> Int64 {
      Int64(index[at..<at + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    let (frames, back) = (word(16), word(96))
    guard frames > back else { return }
    let page = Int64(index[14]) | Int64(index[15]) << 8
    let kept = dice.roll(back...frames)
    // Some bytes of a frame more, as a cut leaves them.
    truncate(site.path("\(name)/state.db-wal"), off_t(32 + kept * (page + 24) + dice.roll(0...page)))
  }

  /// Times that are far off, in every unit, missing, late: each counts, none takes the live window's place.
  @Test func d9TimesOfEvents() throws {
    let site = try Site(
      rules: """
        sources:
          - {path: "logs/*.jsonl", format: spendfuse}
        rules:
          - {name: day, per: key, window: 24h, limit: 1000000.00}
        """)
    let watch = try site.watch()
    let now = WallClock.now
    let seconds = Int64(Date().timeIntervalSince1970)
    let times: [String] = [
      "0", "\"1970-01-01T00:00:00Z\"", "4291747200", "\"2106-01-01T00:00:00Z\"", "\(seconds)",
      "\(seconds * 1_000)",
      "\(seconds * 1_000_000_000)", "\"\(now.rfc3339)\"", "\"2026-11-24T23:59:60+14:00\"", "-1", "1e400",
      "null", "\"soon\"",
    ]
    func call(_ time: String?) -> String {
      "{\(time.map { "\"time\":\($0)," } ?? "")\"key\":\"k\",\"task\":\"t\",\"model\":\"gpt-5\",\"cost_usd\":0.001}\n"
    }
    let live = Site.line(key: "live", usd: "1")
    var written: Int64 = 0
    for time in times.map(Optional.some) + [nil] {
      try site.append(live + call(time))
      written += 2
    }
    #expect(eventually { (try? site.status().books.read) == written })
    let status = try site.status()
    site.expectBalance(status)
    #expect(status.books.skewed >= 2 && status.books.late >= 2, "\(status.books)")
    let standing = status.rules.first?.top.first { $0.subject.names["key"] == "live" }
    #expect(standing?.value == Int64(times.count + 1) * 1_000_000_000, "no live window is lost")
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
