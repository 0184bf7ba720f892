import SpendEngine

/// What the newest records of the configured logs hold: names to compare with those in rules, and whether the formats fit.
package struct LogLook {
  /// In the order of the configuration.
  private(set) var sources: [SourceLook] = []
  /// Billed calls that were read.
  package private(set) var calls: Int64 = 0
  package private(set) var files: Int64 = 0
  package private(set) var bytes: Int64 = 0
  /// Names as `overrides` has them, by what is counted.
  private(set) var names: [Per: Set<String>] = [:]

  init(_ configuration: Configuration, _ budget: LogBudget) {
    for rule in configuration.rules.rules where rule.limits?.overrides.isEmpty == false {
      names[rule.per] = []
    }
    for source in configuration.sources {
      var look = SourceLook(source)
      look.read(budget) { note($0, $1) }
      calls += look.calls
      files += look.files
      bytes += look.bytes
      sources.append(look)
    }
  }

  private mutating func note(_ record: UsageRecord, _ parsed: ParsedRecords) {
    for per in names.keys {
      let parts = per.dimensions.map { dimension in
        let name = record.name(dimension)
        return name.isEmpty ? Subject.none : parsed.string(name)
      }
      names[per]?.insert(parts.joined(separator: "+"))
      if per == .key, !record.keyAlias.isEmpty { names[per]?.insert(parsed.string(record.keyAlias)) }
    }
  }

  /// `12,345 calls, in the newest 4.2 MB of 3 files`; nil where there was nothing to look at.
  package var text: String? {
    guard files > 0 else { return nil }
    let megabytes = (bytes + 50_000) / 100_000
    let size = "\((megabytes / 10).grouped).\(megabytes % 10) MB"
    return
      "\(calls.grouped) call\(calls == 1 ? "" : "s"), in the newest \(size) of \(files.grouped) file\(files == 1 ? "" : "s")"
  }
}

extension UsageRecord {
  fileprivate func name(_ dimension: Dimension) -> Name {
    switch dimension {
    case .key: key
    case .task: task
    case .model: model
    case .user: user
    case .team: team
    }
  }
}
