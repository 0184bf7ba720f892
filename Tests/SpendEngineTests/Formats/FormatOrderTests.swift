import Foundation
import Fuzzing
import SpendEngine
import Support
import Testing

/// Every sample in any order, its records doubled where a format may repeat them, over several files, and through restarts: the same total.
@Suite struct FormatOrderTests {
  private struct Total: Equatable {
    var calls: Int64 = 0
    var errors: Int64 = 0
    var tokens: Int64 = 0
    var cost: Int64 = 0
  }

  /// Formats whose records say something of those after them: an order that no program writes.
  private static let ordered: Set<String> = ["codex", "anthropic"]

  private func total(_ files: [[UInt8]], _ format: Format, cut: Int = .max) -> Total {
    var intake = Intake(prices: .bundled, fingerprintKey: (1, 2))
    var (total, books) = (Total(), Books())
    for file in files {
      var parser = RecordParser(RecordLayout(format))
      var (context, parsed) = (FileContext(), ParsedRecords())
      var start = 0
      while start < file.count {
        // As after a restart: another parser, and what the state keeps of the file.
        if cut != .max { parser = RecordParser(RecordLayout(format)) }
        parsed.removeAll()
        let used = file[start...].withUnsafeBytes {
          parser.parse($0, isFinal: true, limit: cut, context: &context, into: &parsed)
        }
        guard used > 0 else { break }
        start += used
        for case .usage(let record) in parsed.records.map(\.outcome) {
          let event = intake.book(
            record, names: parsed.names, source: 0, arrival: EngineTime(milliseconds: 1_796_000_000_000),
            books: &books)
          guard let event else { continue }
          _ = intake.remember(event)
          total.calls += event.requests
          total.errors += event.errors
          total.tokens += event.tokens.total
          total.cost += event.cost.rawValue
        }
      }
    }
    return total
  }

  @Test(arguments: try FormatScenarioTests.scenarios().filter { $0.name != "mixed" })
  func theTotalIsTheSame(_ scenario: FormatScenarioTests.Scenario) {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    let lines = scenario.sample.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    let wanted = total([scenario.sample], scenario.format)
    // Our own names are not recognized in everything that is read by name.
    if scenario.format != .spendfuse { #expect(total([scenario.sample], .auto) == wanted, "auto") }
    #expect(total([scenario.sample], scenario.format, cut: 5) == wanted, "restarts")
    // A record that is pretty-printed cannot be cut at its lines.
    guard !Self.ordered.contains(scenario.format.name),
      lines.allSatisfy({ $0.first == UInt8(ascii: "{") && $0.count > 4 })
    else { return }
    for _ in 0..<4 {
      var mixed = lines
      // Odd lines have calls without an id: said twice, they are two.
      if scenario.format.duplicates == .copies, !scenario.name.hasSuffix("-odd-lines") {
        mixed += lines.filter { _ in dice.one(in: 3) }
      }
      mixed.shuffle(using: &dice)
      var files = [[UInt8]](repeating: [], count: 3)
      for line in mixed { files[Int(dice.roll(0...2))] += line }
      #expect(total(files, scenario.format) == wanted, "seed \(seed)")
    }
  }
}
