import Fuzzing
import SpendEngine
import Testing

/// A source's own mapping.
@Suite struct FieldMappingTests {
  private func layout(_ fields: [String: String], duplicates: Duplicates? = nil) throws -> RecordLayout {
    RecordLayout(.auto, fields: try FieldMapping.make(fields).get(), duplicates: duplicates)
  }

  private func texts(_ fields: [String: String], _ lines: String..., duplicates: Duplicates? = nil) throws
    -> [String]
  {
    ParserRun(
      Array(lines.joined(separator: "\n").utf8), try layout(fields, duplicates: duplicates)
    ).texts
  }

  @Test func everyTargetIsRead() throws {
    let fields = [
      "time": "ts", "key": "auth.key_id", "key_alias": "auth.name", "task": "job", "model": "model",
      "user": "u.id",
      "team": "u.team", "input_tokens": "usage.in", "output_tokens": "usage.out",
      "cache_read_tokens": "usage.read",
      "cache_write_5m_tokens": "usage.w5", "cache_write_1h_tokens": "usage.w1",
      "reasoning_tokens": "usage.think",
      "cost_usd": "cost", "status": "http.status", "service_tier": "tier", "max_tokens": "params.max",
      "request_id": "id",
    ]
    let line =
      #"{"ts":1795514400,"auth":{"key_id":"k1","name":"CI"},"job":"j","model":"m","u":{"id":"ann","team":"core"},"#
      + #""usage":{"in":1,"out":2,"read":3,"w5":4,"w1":5,"think":6},"cost":"0.5","http":{"status":502},"tier":"flex","#
      + #""params":{"max":9},"id":"r1"}"#
    #expect(
      try texts(fields, line) == [
        #"{"time":1795514400000,"key":"k1","alias":"CI","task":"j","model":"m","user":"ann","team":"core","#
          + #""tokens":[1,3,4,5,2,6],"cost_nano_usd":500000000,"tier":"flex","errors":1,"max_tokens":9,"#
          + #""request_id":"r1"}"#
      ])
  }

  static let cases: [(String, [String: String], String, String)] = [
    (
      "inclusive counts",
      [
        "prompt_tokens": "p", "completion_tokens": "c", "cache_read_tokens": "r", "cache_write_tokens": "w",
        "reasoning_tokens": "t",
      ],
      #"{"p":100,"c":50,"r":40,"w":10,"t":20}"#, #"{"tokens":[50,40,10,0,30,20]}"#
    ),
    (
      "more cached than input", ["prompt_tokens": "p", "cache_read_tokens": "r"], #"{"p":10,"r":40}"#,
      #"{"tokens":[0,40,0,0,0,0],"contradictory":true}"#
    ),
    (
      "a sum with its split", ["cache_write_tokens": "w", "cache_write_1h_tokens": "h"], #"{"w":30,"h":20}"#,
      #"{"tokens":[0,0,10,20,0,0],"contradictory":true}"#
    ),
    ("cents", ["cost_cents": "c"], #"{"c":12.5}"#, #"{"tokens":[0,0,0,0,0,0],"cost_nano_usd":125000000}"#),
    ("micro-USD", ["cost_micro_usd": "c"], #"{"c":"7"}"#, #"{"tokens":[0,0,0,0,0,0],"cost_nano_usd":7000}"#),
    ("too much", ["cost_cents": "c"], #"{"c":1e12}"#, #"{"rejected":"bad_number"}"#),
    ("negative", ["input_tokens": "n"], #"{"n":-1}"#, #"{"rejected":"negative"}"#),
    ("an object", ["input_tokens": "n"], #"{"n":{"x":1}}"#, #"{"rejected":"bad_field"}"#),
    (
      "first of an array", ["input_tokens": "a[].n"], #"{"a":[{},{"n":null},{"n":3},{"n":4}]}"#,
      #"{"tokens":[3,0,0,0,0,0]}"#
    ),
    ("arrays in arrays", ["input_tokens": "a[][].n"], #"{"a":[[],[{"n":3}]]}"#, #"{"tokens":[3,0,0,0,0,0]}"#),
    (
      "JSON in a string", ["input_tokens": "m(json).u.n", "task": "m(json).t"],
      #"{"m":"{\"u\":{\"n\":3},\"t\":\"x\\ty\"}"}"#,
      "{\"task\":\"x\ty\",\"tokens\":[3,0,0,0,0,0]}"
    ),
    (
      "an object all the same", ["input_tokens": "m(json).n"], #"{"m":{"n":3}}"#, #"{"tokens":[3,0,0,0,0,0]}"#
    ),
    (
      "dots in a key", ["input_tokens": #""gen_ai.usage".in"#], #"{"gen_ai.usage":{"in":3}}"#,
      #"{"tokens":[3,0,0,0,0,0]}"#
    ),
    (
      "quotes in a key", ["input_tokens": #""a\"b\\[]"[]"#], #"{"a\"b\\[]":[3]}"#,
      #"{"tokens":[3,0,0,0,0,0]}"#
    ),
    (
      "one place for two", ["input_tokens": "n", "task": "n"], #"{"n":3}"#,
      #"{"task":"3","tokens":[3,0,0,0,0,0]}"#
    ),
    (
      "a place below another", ["input_tokens": "a.n", "task": "a"], #"{"a":{"n":3}}"#,
      #"{"tokens":[3,0,0,0,0,0]}"#
    ),
    (
      "free", ["cost_usd": "c", "model": "m"], #"{"c":0,"m":"x"}"#,
      #"{"model":"x","tokens":[0,0,0,0,0,0],"cost_nano_usd":0}"#
    ),
    ("no count", ["cost_usd": "c", "model": "m"], #"{"m":"x","cost_usd":5}"#, #"{"no_usage":true}"#),
    (
      "a failure", ["cost_usd": "c", "status": "s"], #"{"s":"Error"}"#,
      #"{"tokens":[0,0,0,0,0,0],"cost_nano_usd":0,"requests":0,"errors":1}"#
    ),
    ("a success", ["cost_usd": "c", "status": "s"], #"{"s":200}"#, #"{"no_usage":true}"#),
    ("only a time", ["cost_usd": "c", "time": "t"], #"{"t":1}"#, #"{"rejected":"unknown_format"}"#),
    ("nothing", ["cost_usd": "c"], #"{"x":1}"#, #"{"rejected":"unknown_format"}"#),
    (
      "another's format is not looked for", ["cost_usd": "c"], #"{"output_tokens":5,"model":"m"}"#,
      #"{"rejected":"unknown_format"}"#
    ),
    (
      "usage that is only text", ["input_tokens": "u.n"],
      #"{"p":"\"u\":{\"n\":9}","u":{"n":3},"q":{"u":{"n":9}}}"#,
      #"{"tokens":[3,0,0,0,0,0]}"#
    ),
  ]

  @Test(arguments: cases.indices)
  func isReadAsMapped(_ index: Int) throws {
    let (name, fields, line, expected) = Self.cases[index]
    #expect(try texts(fields, line) == [expected], "\(name)")
  }

  @Test func duplicatesAreAsTheSourceSays() throws {
    let fields = ["cost_usd": "c", "request_id": "id"]
    let line = #"{"c":1,"id":"r"}"#
    let none = #"{"tokens":[0,0,0,0,0,0],"cost_nano_usd":1000000000,"request_id":"r"}"#
    let copies = none.dropLast() + #","identity":"r"}"#
    #expect(try texts(fields, line) == [none])
    #expect(try texts(fields, line, duplicates: Duplicates.none) == [none])
    #expect(try texts(fields, line, duplicates: .copies) == [String(copies)])
    // A format that knows its duplicates, and is told that there are none.
    let chunk = #"{"id":"c","object":"chat.completion","usage":{"prompt_tokens":1}}"#
    let layout = RecordLayout(.openai, duplicates: Duplicates.none)
    #expect(
      ParserRun(Array(chunk.utf8), layout).texts == [#"{"tokens":[1,0,0,0,0,0],"request_id":"c"}"#])
  }

  @Test(
    arguments: [
      ("", .empty), (".a", .emptyKey), ("a.", .emptyKey), ("a..b", .emptyKey), ("[]", .emptyKey),
      ("(json)", .emptyKey),
      (#""""#, .emptyKey), (#""a"#, .badQuote), (#""a"b"#, .badQuote), (#"a"b""#, .badQuote),
      (#""a\"#, .badQuote),
      ("a[0]", .badBracket), ("a[]b", .badBracket), ("a]", .badBracket), ("a(json).b(json)", .textInText),
      (String(repeating: "a", count: 201), .tooLong),
      (Array(repeating: "a", count: 17).joined(separator: "."), .tooDeep),
      ("a" + String(repeating: "[]", count: 16), .tooDeep),
    ] as [(String, FieldPath.Failure)])
  func badPathsAreRefused(_ path: String, failure: FieldPath.Failure) {
    #expect(throws: failure) { try FieldPath(path) }
  }

  @Test(arguments: [
    "a", "a.b", "a[]", "a(json)[]", "a[][].b", #""a.b".c"#, #"a."b c"[].d"#, "ä.日本",
    String(repeating: "a", count: 200), Array(repeating: "a", count: 16).joined(separator: "."),
  ])
  func goodPathsAreTaken(_ path: String) throws { _ = try FieldPath(path) }

  @Test func everyProblemIsFound() throws {
    let made = FieldMapping.make([
      "input_tokens": "", "prompt_tokens": "$.usage.in", "cost_usd": "a", "cost_cents": "b",
    ])
    guard case .failure(let problems) = made else {
      Issue.record("taken")
      return
    }
    #expect(
      problems.all.map(\.setting) == [
        "fields.input_tokens", "fields.prompt_tokens", "fields.prompt_tokens", "fields.cost_cents",
      ])
    #expect(problems.all[1].hint == "write 'usage.in'")
    #expect(
      try FieldMapping.make(["key": "a", "cost_usd": "b.c"]).get().text == "key from a, cost_usd from b.c")
  }
}
