package import SpendEngine

/// Subjects for people and for command lines. Names come from logs: what is made here is still to be escaped for where it goes.
package enum SubjectText {
  /// `key ci-bot`, `key Bot (88dc28d0…)`, `key a + model m`, `everything`
  package static func noun(_ subject: Subject) -> String {
    subject.per == .global ? "everything" : subject.text
  }

  /// `12 tasks`, `1 key`, `3 subjects`
  package static func plural(_ count: Int, _ per: Per) -> String {
    let dimensions = per.dimensions
    let word = dimensions.count == 1 ? dimensions[0].name : "subject"
    return "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  /// `spendfuse resume --key ci-bot --why "…"`; nil for what cannot be halted.
  package static func resumeCommand(_ subject: Subject) -> String? { command("resume", subject) }

  /// `spendfuse halt --key ci-bot --why "…"`
  package static func haltCommand(_ subject: Subject) -> String? { command("halt", subject) }

  private static func command(_ verb: String, _ subject: Subject) -> String? {
    guard subject.canBeHalted else { return nil }
    let option =
      subject.per == .global ? "--all" : subject.names.first.map { self.option(subject.per.name, $0) } ?? ""
    return "spendfuse \(verb) \(option) --why \"…\""
  }

  /// `spendfuse resume --rule task-budget --why "…"`
  package static func resumeCommand(rule: String) -> String {
    "spendfuse resume \(option("rule", rule)) --why \"…\""
  }

  /// A value that begins with a dash would be taken for an option.
  package static func option(_ name: String, _ value: String) -> String {
    "--\(name)\(value.hasPrefix("-") || value.isEmpty ? "=" : " ")\(shellQuoted(value))"
  }

  /// One word for a POSIX shell, in printable ASCII without backticks where needed: plain, in single quotes, or as `$'...'` with bytes in
  /// hexadecimal (bash, zsh, ksh). Nothing in it can run, hide or end a code span.
  package static func shellQuoted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    func isPlain(_ byte: UInt8) -> Bool { byte.isAlphanumeric || "._/:@%+,=-".utf8.contains(byte) }
    if !bytes.isEmpty, bytes.allSatisfy(isPlain) { return text }
    let isQuotable = text.unicodeScalars.allSatisfy {
      !$0.isHidden && !"'`\\".unicodeScalars.contains($0)
    }
    if isQuotable { return "'\(text)'" }
    let body = bytes.map { byte in
      // Some shells take more than two digits after `\x`: a byte that is a hexadecimal digit is never left plain.
      isPlain(byte) && !"0123456789abcdefABCDEF".utf8.contains(byte)
        ? String(UnicodeScalar(byte)) : "\\x\(byte.hex)"
    }
    return "$'\(body.joined())'"
  }
}
