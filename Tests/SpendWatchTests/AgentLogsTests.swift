import Foundation
import SpendWatch
import Support
import Testing

@Suite struct AgentLogsTests {
  private func paths(_ environment: [String: String]) -> [String] {
    AgentLogs(environment: environment).usual.map(\.path)
  }

  @Test func usualPlacesOfAHome() {
    #expect(
      paths(["HOME": "/home/ann"]) == [
        "/home/ann/.claude/projects", "/home/ann/.config/claude/projects", "/home/ann/.codex/sessions",
        "/home/ann/.codex/archived_sessions", "/var/log/litellm",
      ])
  }

  @Test func variablesNameOthers() {
    let named = paths([
      "HOME": "/home/ann", "CLAUDE_CONFIG_DIR": "/a, ~/b/,,/home/ann/.claude", "CODEX_HOME": "/c",
    ])
    #expect(
      named == [
        "/a/projects", "/home/ann/b/projects", "/home/ann/.claude/projects",
        "/home/ann/.config/claude/projects",
        "/c/sessions", "/c/archived_sessions", "/var/log/litellm",
      ])
    #expect(paths(["HOME": "/h", "CLAUDE_CONFIG_DIR": "", "CODEX_HOME": ""]) == paths(["HOME": "/h"]))
  }

  @Test func presentAreDirectories() throws {
    let home = TempDir()
    try FileManager.default.createDirectory(
      atPath: home.path + "/.codex/sessions", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: home.path + "/.claude", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: home.path + "/.claude/projects"))
    let present = AgentLogs(environment: ["HOME": home.path]).present.filter { $0.writer != .litellm }
    #expect(present.map(\.path) == [home.path + "/.codex/sessions"])
    #expect(present.first?.pattern == home.path + "/.codex/sessions/**/*.jsonl")
  }
}
