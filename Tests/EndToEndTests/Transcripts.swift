import Foundation
import SpendEngine
import Support

@testable import SpendWatch

/// Made-up Claude Code transcripts: a file a session, some with a sub-agent's file and some forked into another; each call repeated as
/// Claude Code does, once for each content block with growing counts. Most bytes are what tools printed.
struct Transcripts {
  let root: String
  private var dice: Dice
  /// Distinct billed calls, over all files.
  private(set) var calls: Int64 = 0
  /// When, and in which session.
  private(set) var ledger: [(session: String, time: EngineTime)] = []
  private(set) var files = 0
  private var sessions = 0

  /// - Parameter root: where the projects go.
  init(_ root: String, seed: UInt64) {
    self.root = root
    dice = Dice(seed: seed)
  }

  /// A session of `count` calls of about $3 each that ended at `end`. Returns its id.
  @discardableResult
  mutating func addSession(calls count: Int, endingAt end: EngineTime, padding: Int = 2_000) throws -> String
  {
    sessions += 1
    let id = "session-\(sessions)"
    var lines: [String] = [summary(id)]
    for index in 0..<count {
      let time = end + Int64(index - count + 1) * .second
      lines.append(user(id, time, padding: padding))
      lines += call(id, time)
    }
    try write(lines, "project-\(sessions % 7)/\(id).jsonl")
    if sessions % 4 == 0 {
      try write(
        call(id, end, sidechain: true), "project-\(sessions % 7)/\(id)/subagents/agent-\(sessions).jsonl")
    }
    if sessions % 9 == 0 {
      // Forked: every line again, under another session.
      let fork = "session-\(sessions)-fork"
      try write(
        lines.map { $0.replacing("\"sessionId\":\"\(id)\"", with: "\"sessionId\":\"\(fork)\"") },
        "project-\(sessions % 7)/\(fork).jsonl")
    }
    return id
  }

  /// One call as it is appended to a live transcript.
  mutating func call(_ session: String, _ time: EngineTime, sidechain: Bool = false) -> [String] {
    calls += 1
    ledger.append((session, time))
    return [40_000, 120_000, 200_000].map { output in
      #"{"parentUuid":"p\#(calls)","isSidechain":\#(sidechain),"message":{"id":"msg_\#(calls)","type":"message","#
        + #""role":"assistant","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"so"}],"#
        + #""usage":{"input_tokens":6,"cache_creation_input_tokens":2100,"cache_read_input_tokens":15030,"#
        + #""output_tokens":\#(output),"cache_creation":{"ephemeral_1h_input_tokens":2000,"#
        + #""ephemeral_5m_input_tokens":100}}},"requestId":"req_\#(calls)","type":"assistant","#
        + #""uuid":"u\#(calls)-\#(output)","timestamp":"\#(time.rfc3339)","cwd":"/home/dev/project","#
        + #""sessionId":"\#(session)","version":"2.1.330"}"#
    }
  }

  private func summary(_ id: String) -> String {
    #"{"type":"summary","summary":"made up","leafUuid":"\#(id)"}"#
  }

  private mutating func user(_ session: String, _ time: EngineTime, padding: Int) -> String {
    let text = String(repeating: "tool output \(dice.roll(0...9)) ", count: padding / 14)
    return
      #"{"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user","content":"\#(text)"},"#
      + #""uuid":"w\#(calls)","timestamp":"\#(time.rfc3339)","sessionId":"\#(session)","version":"2.1.330"}"#
  }

  private mutating func write(_ lines: [String], _ name: String) throws {
    files += 1
    let path = root + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
  }
}
