import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@testable import spendfuse

/// Tests/Scenarios/backtest: a line of cases.txt is a name, the columns of the terminal (`-`: none) and arguments; what `backtest` prints
/// then is in NAME.txt. `SPENDFUSE_WRITE_EXPECTED=1` writes them anew.
@Suite struct BacktestGoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/backtest").path
  static let cases = ((try? String(contentsOfFile: folder + "/cases.txt", encoding: .utf8)) ?? "")
    .split(separator: "\n").map(String.init)

  private func said(_ terminal: OutputTerminal, _ arguments: [String]) throws -> String {
    let words = arguments.map { word in
      word.hasSuffix(".jsonl") || word.hasSuffix(".yaml") ? "\(Self.folder)/\(word)" : word
    }
    let command = try #require(try Spendfuse.parseAsRoot(["backtest"] + words) as? BacktestCommand)
    let (text, problems) = try command.output(for: terminal, now: .distantFuture)
    let all = text + problems.map { "\($0.path): \($0.message)\n" }.joined()
    return all.replacing(Self.folder + "/", with: "")
  }

  @Test func findsCases() { #expect(Self.cases.count >= 9) }

  @Test(arguments: cases) func printsExactly(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let said = try said(
      OutputTerminal(width: Int(words[1]), hasColour: false), Array(words.dropFirst(2)))
    let path = "\(Self.folder)/\(words[0]).txt"
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      try Data(said.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(try said == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test(arguments: [
    ["--rules", "-", "-"], ["--rules", "-", "--against", "-", "a.jsonl"],
    ["--rules", "a", "--against", "b", "-"], ["--rules", "a", "--reaction", "soon", "a.jsonl"],
  ]) func wrongUsageIsRefused(_ arguments: [String]) {
    #expect(throws: (any Error).self) { try BacktestCommand.parse(arguments) }
  }
}
