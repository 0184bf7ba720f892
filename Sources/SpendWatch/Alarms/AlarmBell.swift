internal import Logging
internal import Synchronization

/// The one way an alarm goes: a line in the log at once, the messages straight to the alerts thread, and both the messages and a line of the
/// audit to the state. It may well be the state that fails, so nothing here waits for a commit; where it comes, the alerts thread knows the
/// messages by their ids and sends none twice.
final class AlarmBell: Sendable {
  private let announcer: Mutex<Announcer>
  private let logger: Logger
  private let straight: @Sendable ([NewNotification], Alarm) -> Void
  private let commit: @Sendable (Alarm) -> Void

  /// - Parameters:
  ///   - straight: for the alerts thread.
  ///   - commit: for the state thread.
  init(
    _ announcer: Announcer, logger: Logger,
    straight: @escaping @Sendable ([NewNotification], Alarm) -> Void,
    commit: @escaping @Sendable (Alarm) -> Void
  ) {
    self.announcer = Mutex(announcer)
    self.logger = logger
    self.straight = straight
    self.commit = commit
  }

  /// Who is told, from here on.
  func announce(_ new: Announcer) { announcer.withLock { $0 = new } }

  /// Waits for nothing.
  func ring(_ alarm: Alarm) {
    logger.log(level: alarm.isOver ? .notice : .error, "\(AlarmText(alarm).line)")
    straight(announcer.withLock { $0.notifications(for: alarm) }, alarm)
    commit(alarm)
  }
}
