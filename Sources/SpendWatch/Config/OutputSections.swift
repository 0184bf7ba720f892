import SpendEngine

/// `receivers:` and `kill_switch:`: lists of entries with one section each that says the kind.
extension RulesSections {
  mutating func receivers(_ entry: ConfigNode.Entry?) -> [Receiver] {
    var receivers: [Receiver] = []
    for (index, item) in reader.list(entry, example: "name: oncall").enumerated() {
      let owner = name(of: item.entries).map { "receiver '\($0)'" } ?? "receiver \(index + 1)"
      let kinds = Receiver.Kind.Name.allCases.map(\.rawValue)
      let section = reader.read(
        item.entries, at: item.place, settings: Receiver.settings, owner: owner, sections: kinds)
      guard
        let (kind, kindEntries) = oneOf(
          Receiver.Kind.Name.self, in: item.entries, at: item.place, owner: owner)
      else { continue }
      let inner = reader.read(
        kindEntries.entries, at: kindEntries.place, settings: kind.settings, owner: owner)
      var problems: [SettingProblem] = []
      let made = kind.make(inner.values, context, problems: &problems)
      reader.report(problems, in: inner)
      guard let name = section.values.text("name") else { continue }
      if receivers.contains(where: { $0.name == name }) {
        reader.report([SettingProblem("name", "a second receiver named '\(name)'")], in: section)
      } else if let made {
        receivers.append(
          Receiver(name: name, kind: made, takesAlarms: section.values.flag("alarms") ?? true))
      }
    }
    return receivers
  }

  mutating func switches(_ entry: ConfigNode.Entry?) -> [Switch] {
    var switches: [Switch] = []
    for (index, item) in reader.list(entry, example: "directory: {path: /run/spendfuse/halts}").enumerated() {
      let owner = "kill switch \(index + 1)"
      let others = item.entries.filter { Switch.Name(rawValue: $0.key) == nil }
      for other in others {
        reader.unknown(other, among: Switch.Name.allCases.map(\.rawValue), owner: owner)
      }
      guard others.isEmpty,
        let (kind, kindEntries) = oneOf(Switch.Name.self, in: item.entries, at: item.place, owner: owner)
      else { continue }
      let inner = reader.read(
        kindEntries.entries, at: kindEntries.place, settings: kind.settings, owner: owner)
      var problems: [SettingProblem] = []
      let made = kind.make(inner.values, context, problems: &problems)
      reader.report(problems, in: inner)
      guard let made else { continue }
      if switches.contains(made) {
        reader.error(at: item.place, "this kill switch is listed twice")
      } else {
        switches.append(made)
      }
    }
    return switches
  }

  /// The one section of a kind that an entry must have.
  private mutating func oneOf<Name: SectionName>(
    _ kinds: Name.Type, in entries: [ConfigNode.Entry], at place: Place, owner: String
  ) -> (kind: Name, section: (place: Place, entries: [ConfigNode.Entry]))? {
    let found = entries.filter { Name(rawValue: $0.key) != nil }
    let names = Name.allCases.map(\.rawValue).joined(separator: ", ")
    guard let first = found.first, let kind = Name(rawValue: first.key) else {
      reader.error(at: place, "\(owner) has no kind", hint: "add one of: \(names)")
      return nil
    }
    if found.count > 1 {
      reader.error(
        at: found[1].keyPlace, "\(owner) has two kinds, '\(first.key)' and '\(found[1].key)'",
        hint: "write an entry for each")
    }
    guard case .map(let inner) = first.value.content else {
      reader.error(
        at: first.value.isNull ? first.keyPlace : first.value.place,
        "\(first.value.noun) where the settings of '\(first.key)' belong",
        hint: "such as '\(first.key): {\(kind.settings.first.map { "\($0.name): \($0.example)" } ?? "")}'")
      return nil
    }
    return (kind, (inner.isEmpty ? first.keyPlace : first.value.place, inner))
  }
}
