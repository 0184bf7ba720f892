package import SpendEngine

/// How one switch fares, for `status` and for people.
package struct SwitchHealth: Sendable, Hashable {
  /// `redis 127.0.0.1:6379`, `directory /run/spendfuse/halts`
  package var label: String
  /// nil = fine.
  package var failingSince: EngineTime?
  /// The last failure, kept after it is over; empty if there was none.
  package var lastError = ""
  /// When it last was read or written without a failure; nil = never.
  package var lastGood: EngineTime?
  /// Halts of ours that were missing or altered, and written again.
  package var repairs = 0
  /// Names that should be halted there and are not confirmed since the failure began.
  package var waiting = 0
  /// Halts that we did not write; at most 1,000 are kept.
  package var foreign: [ForeignHalt] = []

  package init(label: String) { self.label = label }
}

/// All switches, as of `time`.
package struct SwitchBoardStatus: Sendable {
  package var time: EngineTime
  package var switches: [SwitchHealth]
  /// When each wanted subject was last seen halted, on the switch where that is longest ago. Absent: on some switch, not yet.
  package var confirmed: [Subject: EngineTime]
}
