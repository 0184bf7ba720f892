import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A document of calls that is written anew with every change, as agents keep their sessions.
@Suite struct WholeFileTests {
  private struct Call {
    var id: String
    var time: EngineTime
    var microUSD: Int64
    var output: Int64
  }

  private struct Document {
    var calls: [Call] = []

    /// A new call, and one that went on growing.
    mutating func change(_ round: Int, _ dice: inout Dice) {
      let time = WallClock.now + -dice.roll(0...3_600_000)
      calls.append(
        Call(id: "call-\(round)", time: time, microUSD: dice.roll(1...900), output: dice.roll(1...900)))
      let grown = Int(dice.roll(0...Int64(calls.count - 1)))
      calls[grown].microUSD += dice.roll(0...5_000)
      calls[grown].output += dice.roll(0...5_000)
    }

    func text(isIndented: Bool) -> String {
      let space = isIndented ? "\n    " : ""
      let records = calls.map {
        "{\(space)\"time\":\"\($0.time.rfc3339)\",\(space)\"key\":\"k\",\(space)\"request_id\":\"\($0.id)\","
          + "\(space)\"output_tokens\":\($0.output),\(space)\"cost_usd\":\(NanoUSD(rawValue: $0.microUSD * 1_000).decimal)}"
      }
      return isIndented
        ? "[\n  " + records.joined(separator: ",\n  ") + "\n]\n" : "[" + records.joined(separator: ",") + "]"
    }

    var nanoUSD: Int64 { calls.reduce(0) { $0 + $1.microUSD * 1_000 } }
  }

  private static let rules = """
    sources:
      - path: logs/**/ui_messages.json
        format: spendfuse
        duplicates: copies
        whole_file: true
    rules:
      - {name: all, per: key, window: lifetime, limit: 1000000.00}
    """

  /// In place, in two pieces (the first may be seen alone); or by a rename over it.
  private func write(_ text: String, _ site: Site, inPlace: Bool) throws {
    let path = site.path("logs/task/ui_messages.json")
    let target = inPlace ? path : path + ".tmp"
    let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    for piece in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] {
      #expect(Glibc.write(descriptor, Array(piece), piece.count) == piece.count)
    }
    if !inPlace { #expect(rename(target, path) == 0) }
  }

  /// Fifty writings, five ends without warning: each call counts once, with the most that was said of it.
  @Test(arguments: [true, false]) func totalsAreExactWhateverIsRewritten(inPlace: Bool) throws {
    let seed = Site.number("SPENDFUSE_SEED").map(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
    var dice = Dice(seed: seed)
    let repeated: Comment = "repeat with SPENDFUSE_SEED=\(seed)"
    let site = try Site(rules: WholeFileTests.rules)
    try FileManager.default.createDirectory(
      atPath: site.path("logs/task"), withIntermediateDirectories: true)
    var document = Document()
    var watch = try site.start()
    for round in 0..<50 {
      document.change(round, &dice)
      try write(document.text(isIndented: dice.one(in: 2)), site, inPlace: inPlace)
      if dice.one(in: 3) { usleep(UInt32(dice.roll(1_000...60_000))) }
      if round % 10 == 9 {
        watch.kill(SIGKILL)
        #expect(watch.wait() == 128 + SIGKILL)
        watch = try site.start()
      }
    }
    let expected = document.nanoUSD
    func spent() throws -> Int64? { try site.status().rules.first?.top.first?.value }
    #expect(eventually(within: .seconds(30)) { (try? spent()) == expected }, repeated)
    // It is read once more when it is quiet, and after a restart perhaps; nothing counts twice.
    let read = try site.status().books.read
    #expect(try eventually(within: .seconds(20)) { try site.status().books.read >= read + 50 }, repeated)
    watch.kill(SIGKILL)
    _ = watch.wait()
    watch = try site.watch()
    site.settle()
    let status = try site.status()
    #expect(try spent() == expected, repeated)
    #expect(status.books.folded == 50 && status.books.rejected == [:], repeated)
    #expect(status.files.count == 1)
    site.expectBalance(status)
    // What is on disk says the same as the books.
    #expect(
      try site.report(["--by", "key"], logs: "logs/task/ui_messages.json").nanoUSD["k"] == expected, repeated)
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
  }
}
