import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// `prices update` from an address, and what becomes of models that the new map lacks.
@Suite struct PriceRefreshTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl}]
    rules: [{name: cap, per: key, window: day, limit: 100}]
    prices: {file: prices.json}
    """

  private static func entry(_ name: String, _ output: String) -> String {
    "\"\(name)\": {\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": \(output)}"
  }
  private static func map(_ entries: String...) -> String { "{\(entries.joined(separator: ",\n"))}\n" }

  private struct Shop {
    let directory = TempDir()

    init() throws {
      try directory.write("rules.yaml", PriceRefreshTests.rules)
      try directory.write(
        "prices.json", map(entry("a", "2e-06"), entry("host/b", "3e-06"), entry("c", "4e-06")))
    }
    func update(_ file: String, _ more: String...) throws -> Program.Finished {
      try Program.run(
        ["prices", "update", file, "--rules", directory.file("rules.yaml")] + more, in: directory)
    }
    var table: PriceTable { get throws { try PriceFile(directory.file("prices.json")).table } }
    /// USD per million tokens of output; nil where the file does not have it.
    func output(_ model: String) throws -> Int64? {
      let match = try table.match(for: model)
      return match.part == .list ? match.row.rates.output / 1_000_000_000 : nil
    }
    var bytes: Data {
      get throws { try Data(contentsOf: URL(fileURLWithPath: directory.file("prices.json"))) }
    }
  }

  // MARK: Models that go

  @Test func modelsThatAMapLacksStay() throws {
    let shop = try Shop()
    let new = try shop.directory.write(
      "new.json", Self.map(Self.entry("a", "5e-06"), Self.entry("d", "6e-06")))
    let first = try shop.update(new)
    #expect(
      first.status == 0 && first.output.contains("1 changed, 1 added, 2 not in it, which stay, 0 unchanged"))
    #expect(
      first.output.contains(
        "not in it: they stay at their old prices; --prune drops them\n  c\n  host/b\nadded\n  d\n"),
      "\(first.output)")
    #expect(try ["a", "b", "c", "d", "host/b"].map(shop.output) == [5, 3, 4, 6, 3])
    // They are known as such however often it is done, and are named each time.
    let second = try shop.update(new)
    #expect(second.output.contains("0 changed, 0 added, 2 not in it, which stay, 2 unchanged"))
    #expect(try PriceFile(shop.directory.file("prices.json")).map.kept == ["c", "host/b"])
    #expect(try ["a", "b", "c", "d"].map(shop.output) == [5, 3, 4, 6])
    // A map that has one again wins.
    try shop.directory.write(
      "new.json", Self.map(Self.entry("a", "5e-06"), Self.entry("c", "7e-06"), Self.entry("d", "6e-06")))
    #expect(try shop.update(new).status == 0)
    #expect(try ["a", "b", "c", "d"].map(shop.output) == [5, 3, 7, 6])
    #expect(try PriceFile(shop.directory.file("prices.json")).map.kept == ["host/b"])
    // Dropped when that is asked for.
    let pruned = try shop.update(new, "--prune")
    #expect(pruned.status == 0 && pruned.output.contains("\ndropped\n  host/b\n"), "\(pruned.output)")
    #expect(try ["a", "b", "c", "d"].map(shop.output) == [5, nil, 7, 6])
  }

  /// A kept seller's old price must not stand in the way of what today's sellers agree on.
  @Test func aKeptSellerHasNoSay() throws {
    let shop = try Shop()
    let new = try shop.directory.write(
      "new.json", Self.map(Self.entry("x/b", "9e-06"), Self.entry("y/b", "9e-06")))
    #expect(try shop.update(new).status == 0)
    #expect(try ["b", "host/b", "x/b"].map(shop.output) == [9, 3, 9])
  }

  @Test func halfAMapIsNoMap() throws {
    let shop = try Shop()
    let new = try shop.directory.write("new.json", Self.map(Self.entry("a", "2e-06")))
    let before = try shop.bytes
    let refused = try shop.update(new, "--prune")
    #expect(
      refused.status == 1 && refused.errors.contains("2 of 3 models would be dropped: nothing is written."))
    #expect(try shop.bytes == before)
    #expect(try shop.update(new, "--prune", "--force").status == 0)
    #expect(try ["a", "b", "c"].map(shop.output) == [2, nil, nil])
  }

  // MARK: Addresses

  @Test func aMapIsFetched() throws {
    let shop = try Shop()
    let server = try FakeReceiver(.respond(200, body: Array(Self.map(Self.entry("a", "5e-06")).utf8)))
    let address = "http://user:s3cret@127.0.0.1:\(server.port)/map.json?token=s3cret"
    let finished = try shop.update(address)
    #expect(finished.status == 0, "\(finished)")
    #expect(finished.output.hasPrefix("http://127.0.0.1:\(server.port)/map.json: 1 models, "))
    #expect(!(finished.output + finished.errors).contains("s3cret"))
    #expect(try ["a", "c"].map(shop.output) == [5, 4])
    #expect(server.requests.map(\.method) == ["GET"])
  }

  /// Whatever comes instead of a map, the old one stays.
  @Test(
    arguments: [
      (.respond(404, body: Array("{}".utf8)), "the server answered with status 404"),
      (
        .respond(302, headers: [("Location", "http://127.0.0.1:1/")]),
        "the server answered with status 302 (redirects are not followed: name the address it leads to)"
      ),
      (.respond(200), "it is empty"),
      (.respond(200, body: Array("<html>".utf8)), "it is not a JSON object"),
      (.respond(200, body: Array("{}".utf8)), "no model in it is priced by the token"),
      (.respond(200, body: Array(#"{"a": {"input_cost_per_token": 1e-6, "outp"#.utf8)), "line 1, column"),
      (.reset, "it cannot be fetched: 127.0.0.1 ("), (.close, "it cannot be fetched: 127.0.0.1 ("),
    ] as [(FakeReceiver.Action, String)])
  func whatIsNoMapIsRefused(_ action: FakeReceiver.Action, _ why: String) throws {
    let shop = try Shop()
    let before = try shop.bytes
    let server = try FakeReceiver(action)
    let finished = try shop.update(server.url, "--force", "--prune")
    #expect(finished.status == 1 && finished.output.isEmpty)
    #expect(
      finished.errors.contains(why) && finished.errors.hasSuffix("; nothing is written\n"), "\(finished)")
    #expect(try shop.bytes == before)
  }

  @Test func itIsBoundedInTimeAndSize() throws {
    let silent = try FakeReceiver(.hang)
    let brief = HTTPLimits(connect: 1_000, total: 200, body: 100)
    let late = #expect(throws: PriceMap.Failure.self) {
      try PriceFile(fetching: silent.url, now: EngineTime(milliseconds: 0), limits: brief)
    }
    #expect(late?.message.hasPrefix("it cannot be fetched: ") == true)
    let large = try FakeReceiver(.respond(200, body: [UInt8](repeating: 0x20, count: 101)))
    let limits = HTTPLimits(body: 100)
    let refused = #expect(throws: PriceMap.Failure.self) {
      try PriceFile(fetching: large.url, now: EngineTime(milliseconds: 0), limits: limits)
    }
    #expect(refused?.message.hasPrefix("it is larger than ") == true)
    #expect(PriceFile.fetchLimits.body == PriceMap.maxSize && PriceFile.fetchLimits.total == 60_000)
  }
}
