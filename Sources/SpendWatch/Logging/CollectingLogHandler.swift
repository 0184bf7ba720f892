package import Logging
internal import Synchronization

/// Keeps each event as a line instead of writing it, for whoever shows the log in a place of its own.
package struct CollectingLogHandler: LogHandler {
  /// A line of the log, fit for a terminal.
  package struct Line: Sendable, Hashable {
    package var level: Logger.Level
    /// Escaped, and of a URL only scheme and host, as `StderrLogHandler` shows it.
    package var text: String

    package init(level: Logger.Level, text: String) {
      self.level = level
      self.text = text
    }
  }

  /// Where the lines of all copies of a handler go.
  package final class Lines: Sendable {
    /// More wait nowhere: the oldest go.
    private static let most = 10_000
    private let waiting = Mutex<[Line]>([])

    package init() {}

    fileprivate func add(_ line: Line) {
      waiting.withLock { lines in
        if lines.count >= Lines.most { lines.removeFirst(Lines.most / 10) }
        lines.append(line)
      }
    }

    /// What came since the last call, in order.
    package func take() -> [Line] {
      waiting.withLock { lines in
        defer { lines = [] }
        return lines
      }
    }
  }

  package var logLevel: Logger.Level = .info
  package var metadata: Logger.Metadata = [:]
  private let lines: Lines

  package init(into lines: Lines) { self.lines = lines }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var text = LogText.safe(event.message.description)
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { _, new in new })
      .sorted(by: { $0.key < $1.key })
    {
      text += " \(LogText.safe(key))=\(LogText.value(value.description))"
    }
    if let error = event.error { text += ": \(LogText.safe(String(describing: error)))" }
    lines.add(Line(level: event.level, text: text))
  }
}
