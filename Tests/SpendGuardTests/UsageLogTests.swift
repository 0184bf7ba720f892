import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendGuard

@Suite struct UsageLogTests {
  private let root = TempDir("guard")
  private var log: UsageLog { UsageLog(root.file("a/b/usage.jsonl")) }
  private func read() throws -> (calls: [LoggedCall], rejected: Int) {
    LoggedCall.read(try [UInt8](Data(contentsOf: URL(fileURLWithPath: log.path))))
  }

  /// Whatever is written is read as it was, and costs what it cost.
  @Test(arguments: Dice.seeds) func isReadAsWritten(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let texts = ["ci-bot", "a\"b\\c\n\u{0}d", "\u{e9}\u{1f600}\u{2028}", "x/y:z"]
    for _ in 0..<50 {
      func count() -> Int { dice.one(in: 3) ? 0 : Int(dice.roll(0...1_000_000_000_000)) }
      var call = Call(
        key: dice.pick(texts), task: dice.pick(texts),
        model: dice.pick(["gpt-5", "claude-sonnet-4-5", "who-knows"]),
        usage: TokenUsage(
          input: count(), cacheRead: count(), cacheWrite5m: count(), cacheWrite1h: count(), output: count(),
          reasoning: count()),
        cost: dice.one(in: 2) ? nil : USD(nanoDollars: dice.roll(1...1_000_000_000_000_000)),
        maxTokens: dice.one(in: 2) ? nil : count(), requestID: dice.pick(texts),
        time: Date(timeIntervalSince1970: Double(dice.roll(0...2_000_000_000))))
      (call.keyAlias, call.user, call.team) = (dice.pick(texts), dice.pick(texts), dice.pick(texts))
      if dice.one(in: 4) { call.status = "429" }
      try log.append(call)
      let got = try #require(try read().calls.last)
      #expect(
        got.names == [call.key, call.keyAlias, call.task, call.model, call.requestID, call.user, call.team])
      let tokens = got.tokens
      #expect(
        [
          tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
          tokens.reasoning,
        ]
          == [
            call.usage.input, call.usage.cacheRead, call.usage.cacheWrite5m, call.usage.cacheWrite1h,
            call.usage.output, call.usage.reasoning,
          ].map(Int64.init))
      #expect(got.time == Int64(call.time.timeIntervalSince1970) * 1000)
      #expect(got.cost.map(\.rawValue) == call.cost?.nanoDollars || tokens.isZero)
      #expect(got.errors == (call.status == nil ? 0 : 1))
      #expect(call.maxTokens == nil ? got.maxTokens < 0 : got.maxTokens == Int64(call.maxTokens ?? 0))
      #expect(
        PriceTable.bundled.cost(of: tokens, row: PriceTable.bundled.row(for: call.model).row).rawValue
          == ModelPrices.bundled.cost(of: call.usage, model: call.model).nanoDollars)
    }
    #expect(try read().calls.count == 50 && read().rejected == 0)
  }

  @Test func makesWhatIsMissing() throws {
    try log.append(Call(model: "gpt-5"))
    var status = stat()
    stat(log.path, &status)
    // Less what this process's umask takes.
    #expect(status.st_mode & 0o777 & ~0o640 == 0 && status.st_mode & 0o600 == 0o600)
    unlink(log.path)
    try log.append(Call(model: "gpt-5"))
    #expect(try read().calls.count == 1, "made again after it was removed")
  }

  @Test func linesOfManyThreadsStayWhole() async throws {
    let shared = log
    let other = UsageLog(shared.path)
    await withTaskGroup(of: Void.self) { group in
      for thread in 0..<16 {
        group.addTask {
          for index in 0..<50 {
            let name = "t\(thread)-\(index)-" + String(repeating: "x", count: 100 + index)
            try? (thread % 2 == 0 ? shared : other).append(
              Call(task: name, model: "gpt-5", usage: TokenUsage(input: 1)))
          }
        }
      }
    }
    let (calls, rejected) = try read()
    #expect(calls.count == 800 && rejected == 0 && Set(calls.map { $0.names[2] }).count == 800)
  }

  @Test func saysWhatIsWrong() {
    #expect(throws: LogFailure(path: root.path, reason: "cannot open: Is a directory")) {
      try UsageLog(root.path).append(Call(model: "m"))
    }
    #expect(throws: LogFailure(path: "/dev/full", reason: "cannot write: No space left on device")) {
      try UsageLog("/dev/full").append(Call(model: "m"))
    }
  }

  @Test func providersCountsBecomeOurs() {
    #expect(
      TokenUsage.anthropic(inputTokens: 5, outputTokens: 7, cacheRead: 11, cacheCreation: 30, ephemeral1h: 10)
        == TokenUsage(input: 5, cacheRead: 11, cacheWrite5m: 20, cacheWrite1h: 10, output: 7))
    #expect(
      TokenUsage.openAI(promptTokens: 5, cachedTokens: 9, completionTokens: 3, reasoningTokens: 4)
        == TokenUsage(cacheRead: 5, reasoning: 3), "parts are never more than the whole")
  }
}
