import Foundation
import SpendEngine
import SpendGuard
import Support
import Testing

/// The recipes of the README are the files that were run, and the lines that they wrote are read as they were meant.
@Suite struct RecipeTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: tests.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(arguments: [
    ("python", "Scenarios/recipes/openai_calls.py"), ("python", "Scenarios/recipes/anthropic_calls.py"),
    ("python", "Scenarios/recipes/spendfuse_logger.py"), ("ts", "Scenarios/recipes/openai_calls.ts"),
    ("ts", "Scenarios/recipes/anthropic_calls.ts"), ("yaml", "Scenarios/recipes/litellm.yaml"),
    ("nginx", "Scenarios/recipes/nginx.conf"), ("swift", "SpendGuardTests/SwiftRecipe.swift"),
  ])
  func theREADMEHasWhatWasRun(language: String, path: String) throws {
    let code = try Self.text(path)
    #expect(try Self.text("../README.md").contains("\n```\(language)\n\(code)```\n"), "\(path)")
  }

  /// Node runs the `.mjs`: the `.ts` without its types.
  @Test(arguments: ["openai_calls", "anthropic_calls"]) func theScriptIsTheTypedOneWithoutTypes(name: String)
    throws
  {
    var typed = try Self.text("Scenarios/recipes/\(name).ts")
    typed.replace(#/import type .*\n/#, with: "")
    typed.replace(#/: (string|object|Anthropic\.Message|OpenAI\.\w+( \| OpenAI\.\w+)?)\b/#, with: "")
    typed.replace("response.usage!", with: "response.usage")
    #expect(try Self.text("Scenarios/recipes/\(name).mjs") == typed)
  }

  /// Calls, tokens in and out, nano-dollars, rejected lines; `fake_provider.py` has the usage that they are of.
  @Test(
    arguments: [
      ("openai", Format.spendfuse, [2, 4800, 600, 7_680_000, 0]),
      ("openai-ts", .spendfuse, [1, 2400, 300, 3_840_000, 0]),
      ("anthropic", .spendfuse, [2, 26100, 800, 49_800_000, 0]),
      ("anthropic-ts", .spendfuse, [1, 13050, 400, 24_900_000, 0]),
      ("litellm", .litellm, [3, 4800, 600, 7_680_000, 0]),
      // The third failed. Of nginx, the answer without a cost header is no call.
      ("nginx", .auto, [3, 0, 0, 10_200_000, 1]),
    ] as [(String, Format, [Int64])])
  func whatTheyWroteAddsUp(name: String, format: Format, expected: [Int64]) throws {
    let (calls, rejected) = LoggedCall.read(
      Array(try Self.text("Scenarios/recipes/produced/\(name).jsonl").utf8), as: format)
    var (tokens, cost) = (TokenBuckets(), NanoUSD.zero)
    for call in calls {
      tokens += call.tokens
      cost += call.price
    }
    #expect(
      [Int64(calls.count), tokens.input, tokens.outputWithReasoning, cost.rawValue, Int64(rejected)]
        == expected)
    #expect(calls.allSatisfy { !$0.names[0].isEmpty && !$0.names[3].isEmpty && $0.time != nil })
  }

  /// What nginx writes for a header that is not there.
  @Test(
    arguments: [
      ("", Format.auto, 0, 1), ("", .spendfuse, 1, 0), ("-", .auto, 0, 1), ("-", .spendfuse, 0, 1),
      ("0.0034", .auto, 1, 0),
    ])
  func aCostThatIsNotThere(cost: String, format: Format, calls: Int, rejected: Int) {
    let line = #"{"key":"a","model":"gpt-5","cost_usd":"\#(cost)","status":200}"# + "\n"
    let read = LoggedCall.read(Array(line.utf8), as: format)
    #expect(read.calls.count == calls && read.rejected == rejected)
    if calls == 1 { #expect(read.calls.first?.price == NanoUSD(rawValue: cost.isEmpty ? 0 : 3_400_000)) }
  }

  @Test func theSwiftCallerKeepsItsBudget() async throws {
    let root = TempDir("guard")
    let caller = GuardedCaller(
      halts: HaltDirectory(root.path) { _ in }, log: UsageLog(root.file("usage.jsonl")),
      budget: TaskBudget(limit: .cents(2)))
    func call() async throws {
      try await caller.call(key: "ci-bot", task: "t1", model: "gpt-5", prompt: 2400) {
        .openAI(promptTokens: 2400, cachedTokens: 1920, completionTokens: 300, reasoningTokens: 256)
      }
    }
    // Up to $0.01324 a call, $0.00384 in the end: a second fits, a third ($0.00768 + $0.01324) does not.
    for _ in 0..<2 { try await call() }
    await #expect(throws: BudgetExceeded.self) { try await call() }
    #expect(caller.budget.spent == USD("0.00768") && caller.budget.remaining == USD("0.01232"))
    await #expect(throws: CancellationError.self) {
      try await caller.call(key: "k", task: "t1", model: "gpt-5", prompt: 1) { throw CancellationError() }
    }
    #expect(caller.budget.remaining == USD("0.01232"), "a failed call gives back what it held")
    try root.write("task-t1.halt", "")
    await #expect(throws: Halted.self) { try await call() }
    let read = LoggedCall.read(try [UInt8](Data(contentsOf: URL(fileURLWithPath: caller.log.path))))
    #expect(read.calls.count == 2 && read.calls.allSatisfy { $0.price.rawValue == 3_840_000 })
  }
}
