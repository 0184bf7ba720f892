internal import SpendEngine

// What people are told of a record that was passed over: in the log and the audit when that is committed, in `status` for a week.

extension AuditLine {
  static let quarantine = "quarantine"

  /// - Parameter path: of the file; nil = it is forgotten already.
  init(_ passed: Quarantine.Passed, path: RawPath?, at now: EngineTime) {
    let file = path?.description ?? "a file that is gone"
    self.init(
      at: now, kind: AuditLine.quarantine, rule: "", subject: file,
      text:
        "\(file): the record at byte \(passed.offset) (\(passed.bytes) bytes) was passed over unread, since this process died at "
        + "it again and again: what it spent is not counted; keep it, and report it")
  }
}

extension StateRows {
  func quarantined(before now: EngineTime) throws -> [AuditLine] {
    try audit(kind: AuditLine.quarantine, since: now + -7 * Milliseconds.day, limit: 20)
  }
}
