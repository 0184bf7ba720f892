import Support
import Testing

@testable import SpendEngine

/// Rollouts in many files: forks and sub-agents replay their parent, archives are copies, and the program is killed in between. Each call
/// counts once.
@Suite struct CodexFilesTests {
  private static let parent = "01a20af4-54bf-70e0-9464-779a8a3ca6aa"
  private static let child = "01a20af5-0000-7000-9464-779a8a3ca6bb"
  private static let childStart = "2026-11-24T00:29:20.000Z"

  private static func sample(_ name: String) throws -> String {
    String(
      decoding: try #require(try FormatScenarioTests.scenarios().first { $0.name == name }).sample,
      as: UTF8.self)
  }

  /// A file that begins with the parent's lines, and has one call of its own (107 tokens).
  /// - Parameters:
  ///   - rewritten: the replayed lines carry the time of the fork.
  ///   - isNew: it writes `token_usage_record`s.
  private static func fork(of log: String, rewritten: Bool, isNew: Bool, mark: String) -> String {
    var lines = [
      #"{"timestamp":"\#(childStart)","type":"session_meta","payload":{"id":"\#(child)","session_id":"\#(parent)","#
        + #""timestamp":"\#(childStart)",\#(mark)}}"#
    ]
    for line in log.split(separator: "\n") where !line.contains(#""type":"token_usage_record""#) {
      var line = String(line)
      if rewritten {
        line.replaceSubrange(
          line.startIndex..<line.index(line.startIndex, offsetBy: 40),
          with: #"{"timestamp":"2026-11-24T00:29:20.005Z","#.prefix(40))
      }
      lines.append(line)
    }
    let sum =
      #"{"input_tokens":42100,"cached_input_tokens":30000,"cache_write_input_tokens":300,"output_tokens":913,"#
      + #""reasoning_output_tokens":384,"total_tokens":43013}"#
    let last = #"{"input_tokens":100,"output_tokens":7,"total_tokens":107}"#
    lines.append(
      #"{"timestamp":"2026-11-24T00:29:20.100Z","type":"turn_context","payload":"#
        + #"{"turn_id":"01a20af5-0010-7000-9464-779a8a3ca6bb","model":"gpt-5.2-codex"}}"#)
    if isNew {
      lines.append(
        #"{"timestamp":"2026-11-24T00:29:20.300Z","type":"token_usage_record","payload":{"thread_id":"\#(child)","#
          + #""session_id":"\#(parent)","response_id":"resp_child","usage":\#(last),"thread_token_usage":\#(sum)}}"#
      )
    }
    lines.append(
      #"{"timestamp":"2026-11-24T00:29:20.310Z","type":"event_msg","payload":{"type":"token_count","info":"#
        + #"{"total_token_usage":\#(sum),"last_token_usage":\#(last)}}}"#)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Folds files through one parser and one engine in random slices and turns, with commits and kills.
  private func total(of files: [String], seed: UInt64) throws -> (tokens: Int64, requests: Int64) {
    var dice = Dice(seed: seed)
    let rules = [
      Rule.threshold("tokens", per: .global, metric: .tokens, window: .lifetime, limit: 1 << 40),
      Rule.threshold("requests", per: .global, metric: .requests, window: .lifetime, limit: 1 << 40),
    ]
    var driver = try EngineDriver(rules, at: EngineTime(milliseconds: 1_795_489_200_000))
    var parser = RecordParser(RecordLayout(.auto))
    let logs = files.map { Array($0.utf8) }
    func id(_ index: Int) -> FileID { FileID(rawValue: UInt32(index)) }
    func open(_ driver: inout EngineDriver) {
      for index in logs.indices {
        driver.engine.open(id(index), source: SourceID(rawValue: 0), pattern: "/codex/**", offset: 0)
      }
    }
    open(&driver)
    var steps = 0
    while let index = logs.indices.filter({ Int(driver.engine.offset(of: id($0)) ?? 0) < logs[$0].count })
      .randomElement(using: &dice)
    {
      steps += 1
      let offset = Int(driver.engine.offset(of: id(index)) ?? 0)
      let end = min(logs[index].count, offset + Int.random(in: 1...6_000, using: &dice))
      var context = driver.engine.context(of: id(index))
      var parsed = ParsedRecords()
      let used = logs[index][offset..<end].withUnsafeBytes {
        parser.parse(
          $0, isFinal: end == logs[index].count, limit: Int.random(in: 1...8, using: &dice),
          context: &context,
          into: &parsed)
      }
      driver.engine.fold(parsed, file: id(index), base: Int64(offset))
      driver.engine.move(id(index), to: Int64(offset + used), context: context)
      if Bool.random(using: &dice) { driver.commit() }
      if steps < 200, Int.random(in: 0..<5, using: &dice) == 0 {
        try driver.restart()
        driver.engine.advance(to: EngineTime(milliseconds: 1_795_489_200_000))
        open(&driver)
        if Bool.random(using: &dice) { parser = RecordParser(RecordLayout(.auto)) }
      }
    }
    let books = driver.engine.status().books
    #expect(books.rejectedTotal == 0)
    return (driver.value("tokens", .global), driver.value("requests", .global))
  }

  private static let spawned =
    #""source":{"subagent":{"thread_spawn":{"parent_thread_id":"\#(parent)","depth":1}}}"#
  private static let forked = #""forked_from_id":"\#(parent)""#

  @Test(arguments: 0..<24)
  func eachCallCountsOnce(seed: UInt64) throws {
    let new = try Self.sample("codex")
    let old = try Self.sample("codex-legacy").replacing(
      Self.parent, with: "0199f000-54bf-70e0-9464-779a8a3ca6aa")
    let rewritten = seed % 2 == 0
    let mark = seed % 4 < 2 ? Self.spawned : Self.forked
    // The child of an old parent has lines of another session before its own.
    let oldFork = Self.fork(of: old, rewritten: rewritten, isNew: false, mark: #""x":0"#)
      .replacing(Self.child, with: "01a20af5-0000-7000-9464-779a8a3ca6cc")
    let files = [
      new, new, Self.fork(of: new, rewritten: rewritten, isNew: true, mark: mark),
      Self.fork(of: new, rewritten: !rewritten, isNew: true, mark: mark), old, old, oldFork, oldFork,
    ]
    let (tokens, requests) = try total(of: files, seed: seed)
    #expect(requests == 3 + 1 + 3 + 1)
    #expect(tokens == 42_906 + 107 + 42_906 + 107)
  }

  @Test func sessionsWithEqualCountsAreTwo() throws {
    let one = try Self.sample("codex-legacy")
    let other = one.replacing(Self.parent, with: "01a20af4-54bf-70e0-9464-000000000000")
    #expect(try total(of: [one, other], seed: 1) == (2 * 42_906, 6))
    // In one file too, one after the other, the later one last.
    #expect(try total(of: [one + other], seed: 2) == (2 * 42_906, 6))
  }

  @Test func aForkAloneHasNothingOfItsParents() throws {
    for (rewritten, isNew) in [(true, true), (true, false), (false, true), (false, false)] {
      let log = try Self.sample(isNew ? "codex" : "codex-legacy")
      let fork = Self.fork(of: log, rewritten: rewritten, isNew: isNew, mark: Self.forked)
      #expect(try total(of: [fork], seed: 3) == (107, 1), "rewritten \(rewritten), new \(isNew)")
    }
  }

  /// Copied records have the id of their response, by which they are known.
  @Test func copiedRecordsAreKnownByTheirResponse() throws {
    let log = try Self.sample("codex")
    let copy =
      #"{"timestamp":"\#(Self.childStart)","type":"session_meta","payload":{"id":"x","timestamp":"\#(Self.childStart)","#
      + #"\#(Self.forked)}}"# + "\n" + log
    #expect(try total(of: [log, copy], seed: 4) == (42_906, 3))
    #expect(try total(of: [copy, log], seed: 5) == (42_906, 3))
  }

  /// A session that goes on on another day says its last counts again.
  @Test func repeatsAreKnownOverDays() throws {
    let log = try Self.sample("codex-legacy")
    let lines = log.split(separator: "\n").map(String.init)
    let again = lines[8].replacing("2026-11-24T00:28:35.173Z", with: "2026-11-26T09:00:00.000Z")
    #expect(lines[8].contains("42906") && again != lines[8])
    #expect(try total(of: [log + again + "\n"], seed: 6) == (42_906, 3))
  }
}
