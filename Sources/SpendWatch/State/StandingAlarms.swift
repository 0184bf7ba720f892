internal import Foundation
internal import GRDB
internal import SpendEngine

// Alarms that are told and not over outlive the daemon, so that each is told once and ended once. They stand among the engine's small
// values, under a kind that is not the engine's.

extension Alarm {
  /// Beyond `StateRow.Kind`.
  static let rowKind: UInt8 = 64

  /// As the state keeps it; its value is nil where it is over.
  var row: StateRow {
    var key = ByteWriter()
    key.string(kind.name)
    key.string(subject)
    guard !isOver else { return StateRow(kind: Alarm.rowKind, key: key.bytes, value: nil) }
    var value = ByteWriter()
    value.time(since)
    value.time(at)
    return StateRow(kind: Alarm.rowKind, key: key.bytes, value: value.bytes)
  }

  /// nil where the bytes are damaged, or of a kind that this version does not know: nobody can say when that is over.
  init?(_ row: StateRow) {
    var key = ByteReader(row.key)
    let name = key.string()
    let subject = key.string()
    var value = ByteReader(row.value ?? [])
    let (since, at) = (value.time(), value.time())
    guard !key.failed, !value.failed, let kind = AlarmKind(rawValue: name), let since, let at else {
      return nil
    }
    self.init(kind, subject, since: since, at: at, facts: [])
  }
}

extension Write {
  func alarm(_ alarm: Alarm) throws { try engineRow(alarm.row) }
}
