/// A source's own mapping: where its records have what our own format has under fixed names (`fields:` in rules.yaml).
package struct FieldMapping: Sendable, Hashable {
  /// What can be mapped. Counts are of one call; the six of our own format are disjoint, `prompt_tokens` and `completion_tokens` are not.
  package enum Target: Int, CaseIterable, Sendable, Hashable {
    case time, key, keyAlias, task, model, user, team
    case input, prompt, output, completion
    case cacheRead, cacheWrite, cacheWrite5m, cacheWrite1h, reasoning
    case costUSD, costCents, costMicroUSD
    case status, serviceTier, maxTokens, requestID

    package var name: String {
      switch self {
      case .time: "time"
      case .key: "key"
      case .keyAlias: "key_alias"
      case .task: "task"
      case .model: "model"
      case .user: "user"
      case .team: "team"
      case .input: "input_tokens"
      case .prompt: "prompt_tokens"
      case .output: "output_tokens"
      case .completion: "completion_tokens"
      case .cacheRead: "cache_read_tokens"
      case .cacheWrite: "cache_write_tokens"
      case .cacheWrite5m: "cache_write_5m_tokens"
      case .cacheWrite1h: "cache_write_1h_tokens"
      case .reasoning: "reasoning_tokens"
      case .costUSD: "cost_usd"
      case .costCents: "cost_cents"
      case .costMicroUSD: "cost_micro_usd"
      case .status: "status"
      case .serviceTier: "service_tier"
      case .maxTokens: "max_tokens"
      case .requestID: "request_id"
      }
    }

    /// A record without any of these is no call.
    var isCount: Bool {
      switch self {
      case .input, .prompt, .output, .completion, .cacheRead, .cacheWrite, .cacheWrite5m, .cacheWrite1h,
        .reasoning, .costUSD, .costCents, .costMicroUSD:
        true
      case .time, .key, .keyAlias, .task, .model, .user, .team, .status, .serviceTier, .maxTokens, .requestID:
        false
      }
    }
  }

  /// Targets that say the same in two ways: at most one of each.
  static let alternatives: [[Target]] = [
    [.input, .prompt], [.output, .completion], [.costUSD, .costCents, .costMicroUSD],
  ]

  /// As written; each is a `FieldPath`.
  private(set) var paths: [Target: String] = [:]

  /// - Parameter written: paths by the name of their target.
  /// - Returns: a mapping, or every problem with it; each names the entry `fields.<target>`, or `fields`.
  package static func make(_ written: [String: String]) -> Result<FieldMapping, Problems> {
    var mapping = FieldMapping()
    var problems: [SettingProblem] = []
    for target in Target.allCases {
      guard let path = written[target.name] else { continue }
      do {
        _ = try FieldPath(path)
        mapping.paths[target] = path
      } catch {
        problems.append(error.problem(at: "fields.\(target.name)", path))
      }
    }
    for group in alternatives {
      let given = group.filter { written[$0.name] != nil }
      guard given.count > 1 else { continue }
      let names = given.map { "'\($0.name)'" }.joined(separator: " and ")
      problems.append(
        SettingProblem(
          "fields.\(given[1].name)", "\(names) say the same in two ways",
          hint: group[0] == .input
            ? "'input_tokens' is without what was cached, 'prompt_tokens' with it"
            : group[0] == .output
              ? "'output_tokens' is without reasoning, 'completion_tokens' with it" : "keep one of them"))
    }
    if !Target.allCases.contains(where: { $0.isCount && written[$0.name] != nil }) {
      problems.append(
        SettingProblem(
          "fields", "no field with tokens or a cost: nothing would be counted",
          hint: "add 'cost_usd', or 'input_tokens' and 'output_tokens'"))
    }
    return problems.isEmpty ? .success(mapping) : .failure(Problems(all: problems))
  }

  package struct Problems: Error, Sendable, Hashable {
    package var all: [SettingProblem]
  }

  package func has(_ target: Target) -> Bool { paths[target] != nil }
  /// As written; empty where there is none.
  package func path(_ target: Target) -> String { paths[target] ?? "" }

  /// As a rules file has it, in the order of the targets.
  package var written: [(target: String, path: String)] {
    Target.allCases.compactMap { target in paths[target].map { (target.name, $0) } }
  }

  /// `cost_usd from cost, key from auth.key_id`, in the order of the targets.
  package var text: String {
    Target.allCases.compactMap { target in paths[target].map { "\(target.name) from \($0)" } }
      .joined(separator: ", ")
  }
}

extension FieldPath.Failure {
  fileprivate func problem(at setting: String, _ path: String) -> SettingProblem {
    func problem(_ message: String, _ hint: String) -> SettingProblem {
      SettingProblem(setting, message, hint: hint)
    }
    switch self {
    case .empty: return problem("the path is empty", "such as 'usage.input_tokens'")
    case .tooLong: return problem("this path is too long", "at most \(FieldPath.maxLength) characters")
    case .tooDeep: return problem("this path is too deep", "at most \(FieldPath.maxKeys) keys")
    case .emptyKey:
      let plain = path.drop { $0 == "$" || $0 == "." }
      let isPlain = plain.count < path.count && (try? FieldPath(String(plain))) != nil
      return problem(
        "a key is missing in '\(path)'", isPlain ? "write '\(plain)'" : "keys with one dot between")
    case .badQuote:
      return problem(
        "the quotes in '\(path)' do not enclose a key", #"such as '"gen_ai.usage".input_tokens'"#)
    case .badBracket:
      return problem(
        "'\(path)' picks an element of an array",
        "'[]' is each element, the first that has a value wins; a key that holds a bracket stands in double quotes"
      )
    case .textInText:
      return problem("'\(path)' looks into JSON text twice", "'(json)' can stand once in a path")
    }
  }
}
