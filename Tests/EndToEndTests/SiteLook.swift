import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What `report --json` says.
struct ReportAnswer: Decodable {
  struct Row: Decodable, Equatable {
    var key: String?
    var day: String?
    var model: String?
    var task: String?
    var requests: Int64
    var costNanoUsd: Int64
  }
  struct Books: Decodable {
    var lines: Int64
    var events: Int64
    var duplicate: Int64
    var noUsage: Int64
    var rejected: [String: Int64]
  }
  var rows: [Row]
  var totals: Row
  var books: Books

  /// By key.
  var requests: [String: Int64] { sums(\.requests) }
  var nanoUSD: [String: Int64] { sums(\.costNanoUsd) }
  private func sums(_ field: KeyPath<Row, Int64>) -> [String: Int64] {
    rows.reduce(into: [:]) { $0[$1.key ?? "", default: 0] += $1[keyPath: field] }
  }
}

extension Site {
  /// A number from the environment.
  static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  /// What the program promises within so many seconds. A test's build is slow, and runs beside others: it gets more.
  static func patience(_ seconds: Int) -> Duration { .seconds(seconds * (number("SPENDFUSE_PATIENCE") ?? 3)) }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Files in `halts`.
  var haltFiles: Set<String> {
    Set(
      ((try? FileManager.default.contentsOfDirectory(atPath: path("halts"))) ?? []).filter { $0.first != "." }
    )
  }

  /// Waits until everything is read, committed and delivered.
  func settle(within deadline: Duration = .seconds(30)) {
    var last: (sequence: Int64, read: Int64) = (-1, -1)
    let isSettled = eventually(within: deadline) {
      guard let status = try? status() else { return false }
      let now = (status.commits.sequence, status.books.read)
      let isQuiet =
        !status.isCatchingUp && status.outbox.pending == 0
        && status.sources.allSatisfy { $0.unreadBytes == 0 }
        && now == last
      last = now
      // Longer than a batch waits for its commit.
      if !isQuiet { usleep(400_000) }
      return isQuiet
    }
    #expect(isSettled, "\((try? status()).map { "\($0.outbox) \($0.sources)" } ?? "no status")")
  }

  /// read = folded + duplicate + no usage + rejected, for every file, every source, and all of them.
  func expectBalance(_ status: StatusMessage) {
    let books = [status.books] + status.files.map(\.books) + status.sources.map(\.books)
    for book in books {
      #expect(
        book.read == book.folded + book.duplicate + book.noUsage + book.rejected.values.reduce(0, +),
        "\(book)")
    }
    #expect(status.sources.reduce(0) { $0 + $1.books.read } == status.books.read)
    for (index, source) in status.sources.enumerated() {
      guard let closed = source.closed, let forgotten = source.forgotten else { continue }
      let own = status.files.filter { $0.source == index }
      let parts = own.map(\.books) + [closed, forgotten]
      for pile in [\BooksMessage.read, \.folded, \.duplicate, \.noUsage] {
        #expect(parts.reduce(0) { $0 + $1[keyPath: pile] } == source.books[keyPath: pile], "\(source)")
      }
      #expect(
        parts.reduce(into: [:]) { $0.merge($1.rejected) { $0 + $1 } } == source.books.rejected, "\(source)")
      #expect(own.reduce(0) { $0 + ($1.unreadBytes ?? 0) } == source.unreadBytes)
      #expect(own.reduce(0) { $0 + ($1.lostBytes ?? 0) } <= source.lostBytes ?? 0)
      for file in own where file.state != "copy" {
        #expect(file.offset + (file.unreadBytes ?? 0) == max(file.offset, file.size), "\(file)")
      }
      #expect(Set(own.compactMap(\.id)).count == own.count, "a generation is there once")
    }
  }

  /// `report --json` over the state, or over `logs`.
  func report(_ arguments: [String], logs: String? = nil) throws -> ReportAnswer {
    let place = logs.map { [path($0)] } ?? ["--state", path("state")]
    let finished = try Program.run(["report", "--json"] + arguments + place, in: directory)
    #expect(finished.status == 0, "\(finished.errors)")
    return try ControlJSON.decode(ReportAnswer.self, from: Array(finished.output.utf8))
  }
}

extension FakeReceiver {
  /// What came to a webhook receiver, tries that failed included.
  struct Message {
    var path: String
    /// Its `Idempotency-Key`.
    var key: String
    var text: String
    var status: Int
    var at: ContinuousClock.Instant
    var alerts: [WebhookMessage.Alert]
    /// Of the message as a whole.
    var summary: String
    var rule: String
  }

  var messages: [Message] {
    requests.compactMap { request in
      guard let body = try? JSONDecoder().decode(WebhookMessage.self, from: Data(request.body)) else {
        return nil
      }
      return Message(
        path: request.path, key: request.headers["idempotency-key"] ?? "", text: request.text,
        status: request.status, at: request.at, alerts: body.alerts,
        summary: body.commonAnnotations["summary"] ?? "", rule: body.groupLabels["alertname"] ?? "")
    }
  }
}

extension WebhookMessage.Alert {
  /// The step that it tells of: equal for two messages about the same.
  var step: String {
    let subject = labels["key"] ?? labels["task"] ?? ""
    return [
      labels["alertname"] ?? "", subject, labels["level"] ?? "", status,
      status == "resolved" ? "" : annotations["resets_at"] ?? "",
    ].joined(separator: " ")
  }
}
