internal import Foundation
package import Logging
internal import SpendEngine

/// Writes each event as one line to stderr: with journald's `<3>` prefix where stderr is the journal's, else with the time.
/// Control characters are escaped, and of a URL only scheme and host are shown, whoever logged it.
package struct StderrLogHandler: LogHandler {
  package enum Style: Sendable, Hashable {
    /// `<4>text key=value`; journald knows the time.
    case journal
    /// `2026-03-01T09:30:00.000Z warning text key=value`
    case plain
  }

  package var logLevel: Logger.Level = .info
  package var metadata: Logger.Metadata = [:]
  private let style: Style
  private let write: @Sendable ([UInt8]) -> Void

  package init(style: Style) { self.init(style: style, write: Self.writeToStderr) }

  /// `write` gets one whole line with its `\n`.
  init(style: Style, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.style = style
    self.write = write
  }

  /// For `LoggingSystem.bootstrap`.
  package static func standard(level: Logger.Level) -> StderrLogHandler {
    var handler = StderrLogHandler(style: .current())
    handler.logLevel = level
    return handler
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line =
      switch style {
      case .journal: "<\(Self.priority(event.level))>"
      case .plain: "\(WallClock.now.rfc3339) \(event.level) "
      }
    line += LogText.safe(event.message.description)
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) {
      line += " \(LogText.safe(key))=\(LogText.value(value.description))"
    }
    if let error = event.error { line += ": \(LogText.safe(String(describing: error)))" }
    write(Array(line.utf8) + [10])
  }

  /// As in syslog.
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  /// One write a line, so that lines of several threads do not mix. What stderr does not take is lost.
  private static let writeToStderr: @Sendable ([UInt8]) -> Void = { line in
    _ = line.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

extension StderrLogHandler.Style {
  /// `journal` where `$JOURNAL_STREAM` names the file that `descriptor` is.
  package static func current(
    environment: [String: String] = ProcessInfo.environmentNow, descriptor: Int32 = STDERR_FILENO
  ) -> Self {
    var info = stat()
    guard let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &info) == 0 else { return .plain }
    return stream == "\(info.st_dev):\(info.st_ino)" ? .journal : .plain
  }
}
