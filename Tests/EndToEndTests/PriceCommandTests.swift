import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// `price`, `prices show` and `prices update` through the built program, and a daemon that takes a new list.
@Suite struct PriceCommandTests {
  private static let sample = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/prices/model_prices.json").path

  private static let rules = """
    sources: [{path: logs/*.jsonl}]
    rules: [{name: cap, per: key, window: day, limit: 100}]
    prices: {file: prices.json}
    """

  private struct Answer: Decodable {
    struct Matched: Decodable {
      var name: String
      var from: String
      var guess: Bool
    }
    var matched: Matched
    var near: [String]?
    var costPerCallNanoUsd: Int64
    var costNanoUsd: Int64
    var costUsd: String
  }

  private func answer(_ arguments: [String], in directory: TempDir) throws -> (status: Int32, answer: Answer)
  {
    let finished = try Program.run(["price"] + arguments + ["--json"], in: directory)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (finished.status, try decoder.decode(Answer.self, from: Data(finished.output.utf8)))
  }

  private static let claude = "claude-sonnet-4-5"
  @Test(
    arguments: [
      ("G1", "gpt-5 --input 480 --cache-read 1920 --output 108 --reasoning 192", 3_840_000),
      ("G1f", "gpt-5 --input 480 --cache-read 1_920 --output 108 --reasoning 192 --tier flex", 1_920_000),
      (
        "G2",
        "\(claude) --input 120 --cache-read 18k --cache-write-5m 1k --cache-write-1h 2,000 --output 350 --web-searches 1",
        36_760_000
      ),
      (
        "G3",
        "\(claude) --input 4 --output 401 --cache-read 15.01k --cache-write-5m 100 --cache-write-1h 0.002M",
        22_905_000
      ),
      ("G4", "gemini-2.5-pro --input 1050 --cache-read 4000 --max-output 200 --reasoning 600", 9_812_500),
    ])
  func golden(_ id: String, _ line: String, _ nano: Int64) throws {
    let directory = TempDir()
    try directory.write("own.yaml", Self.rules)
    try directory.write("prices.json", String(contentsOfFile: Self.sample, encoding: .utf8))
    let arguments = line.split(separator: " ").map(String.init)
    for prices in [[], ["--rules", directory.file("own.yaml")]] {
      let (status, answer) = try answer(arguments + ["--calls", "3"] + prices, in: directory)
      #expect(status == 0 && answer.costPerCallNanoUsd == nano && answer.costNanoUsd == 3 * nano)
      #expect(answer.costUsd == NanoUSD(rawValue: 3 * nano).decimal)
      #expect(!answer.matched.guess && answer.matched.from == "list" && answer.matched.name == arguments[0])
    }
    let text = try Program.run(["price"] + arguments, in: directory)
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(text.output.hasPrefix("\(arguments[0]), from bundled "))
    #expect(text.output.hasSuffix(" \(NanoUSD(rawValue: nano).exactText)\n"), "\(text.output)")
  }

  /// The most that a call can cost: an answer may be all reasoning, and a long request is dearer as a whole.
  @Test(
    arguments: [
      ("my-model --input 1M --max-output 1M", 11_000_000_000, "reasoning", "override"),
      ("my-model --input 1M --output 1M", 3_000_000_000, "output", "override"),
      ("claude-sonnet-4-5 --input 100k --max-output 8k", 420_000_000, "output", "list"),
      ("claude-sonnet-4-5 --input 100k --cached 100_001 --max-output 8k", 840_000_600, "output", "list"),
    ])
  func beforeACall(_ line: String, _ nano: Int, _ bucket: String, _ part: String) throws {
    struct Most: Decodable {
      struct Matched: Decodable { var from: String, origin: String }
      struct Line: Decodable { var bucket: String }
      var matched: Matched
      var lines: [Line]
      var isMost: Bool
      var costNanoUsd: Int
    }
    let directory = TempDir()
    try directory.write(
      "own.yaml",
      Self.rules.replacing(
        "{file: prices.json}", with: "{overrides: {my-model: {input: 1, output: 2, reasoning: 10}}}"))
    let arguments =
      ["price"] + line.split(separator: " ").map(String.init) + ["--rules", directory.file("own.yaml")]
    let json = try Program.run(arguments + ["--json"], in: directory)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let most = try decoder.decode(Most.self, from: Data(json.output.utf8))
    let isMost = line.contains("--max-output")
    #expect(most.costNanoUsd == nano && most.isMost == isMost && most.lines.last?.bucket == bucket)
    #expect(most.matched.from == part)
    #expect(most.matched.origin == (part == "list" ? PriceTable.bundled.origin : "an override in the rules"))
    let text = try Program.run(arguments, in: directory)
    #expect(text.output.contains(isMost ? "\nat most" : "\ntotal"), "\(text.output)")
  }

  @Test func anUnknownModelIsTheDearest() throws {
    let directory = TempDir()
    let (status, answer) = try answer(["gpt-5x", "--output", "1M"], in: directory)
    #expect(status == 1 && answer.matched.guess && answer.matched.from == "dearest")
    #expect(answer.costNanoUsd == 180_000_000_000 && answer.near?.first == "gpt-5")
    let text = try Program.run(["price", "gpt-5x", "--output", "1M"], in: directory)
    #expect(text.status == 1 && text.output.hasSuffix(" $180.00\n"))
    #expect(text.errors.hasPrefix("spendfuse: no list has 'gpt-5x': this is the price of the dearest, "))
    #expect(text.errors.contains("; near: gpt-5"))
  }

  @Test(arguments: [
    "price", "price gpt-5", "price gpt-5 --input x", "price gpt-5 --input -1", "price gpt-5 --input 1.5",
    "price gpt-5 --input 2T", "price gpt-5 --input 1e3", "price gpt-5 --input 2000000M",
    "price gpt-5 --input 1 --tier slow",
    "price gpt-5 --input 1 --calls 0", "price gpt-5 --output 1 --max-output 1", "prices show --json --csv",
    "prices update",
    "prices no-such-command",
  ])
  func wrongUsage(_ line: String) throws {
    let finished = try Program.run(line.split(separator: " ").map(String.init), in: TempDir())
    #expect(finished.status == 64 && finished.output.isEmpty && !finished.errors.isEmpty)
  }

  @Test func mistakesInTheRulesAreSaid() throws {
    let directory = TempDir()
    try directory.write("rules.yaml", Self.rules)
    for command in [["price", "gpt-5", "--input", "1"], ["prices", "show"]] {
      let finished = try Program.run(command + ["--rules", directory.file("rules.yaml")], in: directory)
      #expect(finished.status == 1 && finished.output.isEmpty)
      #expect(
        finished.errors.contains("'prices.json' cannot be used: it cannot be read: No such file or directory")
      )
    }
  }

  @Test func showsTheTable() throws {
    let directory = TempDir()
    try directory.write("own.yaml", Self.rules)
    try directory.write("prices.json", String(contentsOfFile: Self.sample, encoding: .utf8))
    let own = ["--rules", directory.file("own.yaml")]
    let csv = try Program.run(
      ["prices", "show", "qwen3-coder-PLUS", "opus-4-6", "--csv"] + own, in: directory)
    #expect(
      csv.output == """
        model,from,tier,input_over,input,cache_read,cache_write_5m,cache_write_1h,output,reasoning,web_search,us_factor,fast_factor
        claude-opus-4-6,list,standard,0,5,0.5,6.25,10,25,25,0.01,1.1,6
        dashscope/qwen3-coder-plus,list,standard,0,1,0.1,1,1,5,5,0,1,1
        dashscope/qwen3-coder-plus,list,standard,32000,1.8,0.18,1.8,1.8,9,9,0,1,1
        dashscope/qwen3-coder-plus,list,standard,128000,3,0.3,3,3,15,15,0,1,1
        us.anthropic.claude-opus-4-6,fallback,standard,0,5.5,0.55,6.875,11,27.5,27.5,0,1,1

        """)
    let text = try Program.run(["prices", "show", "sonnet-4-5"] + own, in: directory)
    #expect(
      text.status == 0
        && text.output.contains("models, USD per million tokens; from \(directory.path)/prices.json of "))
    #expect(text.output.contains("else bundled ") && text.output.contains(" batch "))
    struct Table: Decodable {
      struct Row: Decodable { var model: String }
      var names: Int
      var origin: String
      var rows: [Row]
    }
    let json = try Program.run(["prices", "show", "--json"], in: directory)
    let table = try JSONDecoder().decode(Table.self, from: Data(json.output.utf8))
    #expect(table.names == PriceTable.bundled.rows.count && table.origin == PriceTable.bundled.origin)
    #expect(Set(table.rows.map(\.model)).count == PriceTable.bundled.inUse.count)
    let none = try Program.run(["prices", "show", "gpt-5x"], in: directory)
    #expect(none.status == 1 && none.output.isEmpty)
    #expect(none.errors.hasPrefix("spendfuse: no name has 'gpt-5x' in it; near: gpt-5"))
  }

  // MARK: Update

  /// A list with one model; `output` in USD per token.
  private static func list(_ output: String, more: String = "") -> String {
    "{\"my-model\": {\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": \(output)}\(more)}\n"
  }

  private func update(_ directory: TempDir, _ more: String...) throws -> Program.Finished {
    try Program.run(
      ["prices", "update", directory.file("new.json"), "--rules", directory.file("rules.yaml")] + more,
      in: directory)
  }

  private func files(_ directory: TempDir) throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: directory.path).filter {
        $0.first != "." || $0.hasSuffix(".tmp")
      })
  }

  @Test func anUpdateIsCheckedComparedAndPutInPlace() throws {
    let directory = TempDir()
    try directory.write("rules.yaml", Self.rules)
    try directory.write("new.json", Self.list("2e-06"))
    // There is none yet.
    let first = try update(directory)
    #expect(first.status == 0 && first.output.contains("0 changed, 1 added, "), "\(first)")
    #expect(
      first.output.contains(
        "written to \(directory.file("prices.json"))\nA daemon takes it with its rules: systemctl reload spendfuse, or SIGHUP.\n"
      ))
    let path = directory.file("prices.json")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o644)

    // Beyond belief: nothing is touched.
    try directory.write("new.json", Self.list("2e-04", more: ", \"bad\": {\"input_cost_per_token\": \"x\"}"))
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let refused = try update(directory)
    #expect(
      refused.status == 1
        && refused.output.contains(
          "  my-model  output $2.00 -> $200.00 (!), reasoning $2.00 -> $200.00 (!)\n")
    )
    #expect(
      refused.output.contains("left out\n  bad  'input_cost_per_token' is a string where a number belongs\n"))
    #expect(refused.errors.contains("(my-model): nothing is written. --force takes it"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try files(directory) == ["rules.yaml", "new.json", "prices.json"])

    // Or believed.
    #expect(try update(directory, "--force").status == 0)
    let price = try Program.run(
      ["price", "my-model", "--output", "1M", "--rules", directory.file("rules.yaml")], in: directory)
    #expect(price.output.hasSuffix(" $200.00\n"))
    // The same again changes nothing.
    let again = try update(directory)
    #expect(
      again.status == 0 && again.output.contains("0 changed, 0 added, 0 not in it, which stay, 1 unchanged"))
    #expect(try files(directory) == ["rules.yaml", "new.json", "prices.json"])
  }

  @Test func anUpdateIsRefused() throws {
    let directory = TempDir()
    try directory.write("rules.yaml", Self.rules.replacing("prices: {file: prices.json}", with: ""))
    try directory.write("new.json", Self.list("2e-06"))
    let homeless = try update(directory)
    #expect(homeless.status == 1 && homeless.output.isEmpty)
    #expect(
      homeless.errors.contains(
        "names no price file. Add to it\n  prices:\n    file: /etc/spendfuse/model_prices.json\n"))
    #expect(try update(directory, "--to", directory.file("other.json")).status == 0)
    #expect(try update(directory, "--to", directory.file("none/other.json")).status == 1)

    try directory.write("rules.yaml", Self.rules)
    for (text, why) in [
      ("{", "line 1, column 2: a key in quotes belongs here"), ("", "it is empty"),
      ("{}", "no model in it is priced by the token"),
    ] {
      try directory.write("new.json", text)
      let finished = try update(directory, "--force")
      #expect(finished.status == 1 && finished.output.isEmpty)
      #expect(
        finished.errors.contains(
          "new.json: \(why) (LiteLLM's model_prices_and_context_window.json has the form); nothing is written"
        ))
    }
    #expect(try files(directory) == ["rules.yaml", "new.json", "other.json"])
  }

  @Test func aDaemonTakesANewList() throws {
    let site = try Site(rules: Self.rules)
    try site.directory.write("prices.json", Self.list("2e-06"))
    let watch = try site.watch()
    let line = #"{"key":"k","model":"x/my-model","output_tokens":1000000}"# + "\n"
    try site.append(line)
    site.settle()
    try site.directory.write("new.json", Self.list("4e-06"))
    #expect(try update(site.directory).status == 0)
    // Until it is told, the old list holds.
    try site.append(line)
    site.settle()
    watch.kill(SIGHUP)
    #expect(eventually(within: .seconds(20)) { watch.errors.contains("is in force") })
    try site.append(line)
    site.settle()
    // A list that cannot be read leaves the old rules, and prices, in force.
    try site.directory.write("prices.json", "{")
    watch.kill(SIGHUP)
    #expect(eventually(within: .seconds(20)) { watch.errors.contains("was refused: the old rules stay") })
    try site.append(line)
    site.settle()
    let report = try site.run(["report", "--json", "--by", "key"])
    #expect(report.output.contains("\"cost_nano_usd\":12000000000,"), "\(report.output)")
    #expect(report.output.contains("\"priced_by\":{\"log\":0,\"table\":4,\"dearest\":0}"))
  }
}
