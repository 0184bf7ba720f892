internal import Foundation
package import SpendEngine

/// Where the coding agents and proxies of this machine leave their usage logs, as their own documentation says.
package struct AgentLogs: Sendable, Hashable {
  /// Who writes there.
  package enum Writer: String, Sendable, Hashable, CaseIterable {
    case claudeCode = "Claude Code"
    case codex = "Codex"
    case litellm = "LiteLLM"

    package var format: Format {
      switch self {
      case .claudeCode: .claudeCode
      case .codex: .codex
      case .litellm: .litellm
      }
    }
  }

  /// A directory whose `*.jsonl`, at any depth, are one writer's.
  package struct Place: Sendable, Hashable {
    package let writer: Writer
    /// Absolute, without a slash at the end.
    package let path: String
    /// For `sources:` of a rules file.
    package var pattern: String { Glob.escaped(path) + (writer == .litellm ? "/*.jsonl" : "/**/*.jsonl") }
  }

  /// Every place that could hold some, the configured ones first, each once.
  package let usual: [Place]

  /// - Parameter home: stands for `~`; nil: `$HOME`, else the user's entry in passwd.
  package init(environment: [String: String] = ProcessInfo.environmentNow, home: String? = nil) {
    func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let home = home ?? set("HOME") ?? NSHomeDirectory()
    let claude = (set("CLAUDE_CONFIG_DIR") ?? "").split(separator: ",").map { configured in
      configured.trimmingCharacters(in: .whitespaces)
    }
    let projects = (claude.filter { !$0.isEmpty } + [home + "/.claude", home + "/.config/claude"]).map {
      (Writer.claudeCode, $0 + "/projects")
    }
    let codex = set("CODEX_HOME") ?? home + "/.codex"
    let all =
      projects
      + [(.codex, codex + "/sessions"), (.codex, codex + "/archived_sessions")]
      + [(.litellm, "/var/log/litellm")]
    var seen: Set<String> = []
    usual = all.compactMap { writer, path in
      let place = Place(writer: writer, path: AgentLogs.expanded(path, home: home))
      return seen.insert(place.path).inserted ? place : nil
    }
  }

  /// Those of `usual` that are directories here.
  package var present: [Place] {
    usual.filter { place in
      var isDirectory: ObjCBool = false
      return FileManager.default.fileExists(atPath: place.path, isDirectory: &isDirectory)
        && isDirectory.boolValue
    }
  }

  private static func expanded(_ path: String, home: String) -> String {
    let full =
      path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path
    var whole = full.hasPrefix("/") ? full : FileManager.default.currentDirectoryPath + "/" + full
    whole.replace("//", with: "/")
    return whole
  }
}
