/// The names under which a price list may have a model, most specific first. Gateways decorate the provider's name with paths
/// (`openrouter/anthropic/…`), regions and vendors (`us.anthropic.…`), dates (`-20250929`, `@20250929`) and tags (`-latest`, `:thinking`);
/// those come off one by one. What tells one model from another (`-mini`, `-pro`, `-preview`, a size) never does.
enum ModelNames {
  /// Region prefixes of Bedrock's inference profiles.
  private static let regions: Set<Substring> = [
    "us", "eu", "ap", "apac", "jp", "au", "ca", "sa", "global", "us-gov",
  ]
  /// Vendor prefixes of Bedrock's model ids.
  private static let vendors: Set<Substring> = [
    "anthropic", "amazon", "meta", "mistral", "cohere", "deepseek", "openai", "qwen", "moonshot",
    "moonshotai",
    "ai21", "google", "minimax", "zai", "nvidia", "writer", "xai",
  ]
  /// Tags after a colon that route a call but do not change whose model it is. (A size, `llama3:70b`, does.)
  private static let tags: Set<Substring> = [
    "thinking", "beta", "extended", "floor", "nitro", "online", "free", "exacto", "latest",
  ]
  /// A longer name is nobody's model; it is looked up as it stands only.
  private static let maxLength = 256

  /// What Bedrock has behind an id of the customer's own: which model it is no list can know, and the last part of the name is no model's.
  private static let opaque = [
    ":application-inference-profile/", ":provisioned-model/", ":custom-model/", ":custom-model-deployment/",
    ":imported-model/", ":prompt-router/", ":default-prompt-router/",
  ]

  /// Whether only the user's own rows can price it.
  static func isOpaque(_ model: String) -> Bool {
    model.contains("arn:aws") && opaque.contains { model.contains($0) }
  }

  static func candidates(for model: String) -> [String] {
    guard model.utf8.count <= maxLength else { return [model] }
    var found = [model]
    func add(_ name: Substring) {
      let name = String(name)
      if !name.isEmpty, !found.contains(name) { found.append(name) }
    }
    let lowered = model.lowercased()
    var tail = lowered[...]
    while true {
      for form in forms(of: tail) { add(form) }
      guard let slash = tail.firstIndex(of: "/") else { break }
      tail = tail[tail.index(after: slash)...]
    }
    return found
  }

  /// A name without its region, then without its vendor; each with its suffixes coming off.
  private static func forms(of name: Substring) -> [Substring] {
    var forms = trims(of: name)
    var rest = name
    for prefixes in [regions, vendors] {
      guard let dot = rest.firstIndex(of: "."), prefixes.contains(rest[..<dot]) else { continue }
      rest = rest[rest.index(after: dot)...]
      forms += trims(of: rest)
    }
    return forms
  }

  private static func trims(of name: Substring) -> [Substring] {
    var forms = [name]
    var rest = name
    if rest.hasPrefix("ft:"), let end = rest.dropFirst(3).firstIndex(of: ":") {
      // ft:gpt-4o-2024-08-06:org::id
      rest = rest[..<end]
      forms.append(rest)
    }
    while let shorter = withoutSuffix(rest) {
      forms.append(shorter)
      rest = shorter
    }
    return forms
  }

  private static func withoutSuffix(_ name: Substring) -> Substring? {
    // claude-opus-4-6[1m]
    if name.hasSuffix("]"), let open = name.lastIndex(of: "[") { return name[..<open] }
    // claude-sonnet-4-5@20250929, @default
    if let at = name.lastIndex(of: "@") { return name[..<at] }
    if let colon = name.lastIndex(of: ":"), !name.hasPrefix("ft:") {
      let tag = name[name.index(after: colon)...]
      if tags.contains(tag) { return name[..<colon] }
      // Bedrock's revision: -v1:0
      if isNumber(tag), let plain = withoutRevision(name[..<colon]) { return plain }
      return nil
    }
    if name.hasSuffix("-latest") { return name.dropLast(7) }
    if name.hasPrefix("claude-"), name.hasSuffix("-thinking") { return name.dropLast(9) }
    // claude-3-5-sonnet-v2, as Vertex has it
    if name.contains("anthropic.") || name.hasPrefix("claude-"), let plain = withoutRevision(name) {
      return plain
    }
    return withoutDate(name)
  }

  /// Drops `-v1`.
  private static func withoutRevision(_ name: Substring) -> Substring? {
    guard let dash = name.lastIndex(of: "-") else { return nil }
    let revision = name[name.index(after: dash)...]
    return revision.first == "v" && isNumber(revision.dropFirst()) ? name[..<dash] : nil
  }

  /// Drops `-20250929` or `-2025-08-07`; four digits (`-2411`) are a version, not a date.
  private static func withoutDate(_ name: Substring) -> Substring? {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    if let last = parts.last, parts.count > 1, last.utf8.count == 8, last.hasPrefix("20"), isNumber(last) {
      return name[..<name.index(before: last.startIndex)]
    }
    guard parts.count > 3 else { return nil }
    let date = parts.suffix(3)
    guard date.map(\.utf8.count) == [4, 2, 2], date.allSatisfy(isNumber),
      let year = date.first, year.hasPrefix("20")
    else { return nil }
    return name[..<name.index(before: year.startIndex)]
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
