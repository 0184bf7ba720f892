/// What blinds the watcher, or ties its hands. The name stands where that of a rule stands in messages, so no rule may be called so.
package enum AlarmKind: String, Sendable, Hashable, CaseIterable {
  /// A kill switch fails: halts do not reach it.
  case switchFailing = "switch-failing"
  /// The state is not written: full, read-only, or a disk that hangs.
  case stateUnwritten = "state-not-written"
  /// Bytes of a file wait, and it is not read on.
  case fileStuck = "file-stuck"
  /// Files that belong to a source cannot be read.
  case filesUnreadable = "files-unreadable"
  /// Most records of a source are rejected, or none holds usage.
  case recordsRefused = "records-rejected"
  /// No record came for as long as the source says.
  case sourceSilent = "source-silent"
  /// A truncation, or a deletion, destroyed bytes that were not read.
  case bytesLost = "bytes-lost"
  /// The process died at a record twice, and passed over it.
  case recordQuarantined = "record-quarantined"

  package var name: String { rawValue }
}
