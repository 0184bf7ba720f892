import Foundation
import Glibc
import Logging
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

/// The whole daemon in this process, with little patience, and a real receiver.
private final class BlindSite {
  let logs = TempDir("alarms")
  let receiver: FakeReceiver
  let directory: StateDirectory
  private(set) var configuration: Configuration
  private let state: TempDir
  let lines = CollectingLogHandler.Lines()
  private var daemon: Daemon?

  init(state path: String? = nil, silence: Milliseconds? = nil) throws {
    receiver = try FakeReceiver()
    state = TempDir("state")
    directory = StateDirectory(path ?? state.file("state"))
    configuration = Configuration(
      path: "rules.yaml", timeZone: "UTC",
      sources: [Source(pattern: logs.path + "/*.jsonl", format: .spendfuse, silence: silence)],
      prices: ReplayRules.prices, rules: ReplayRules.set(around: WallClock.now, hasTasks: false),
      receivers: [Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret(receiver.url))))],
      switches: [])
    try start()
  }

  func start() throws {
    var patience = Patience()
    (patience.stuck, patience.unreadable, patience.unwritten, patience.calm) = (300, 100, 300, 100)
    (patience.period, patience.memory) = (20, 500)
    let lines = lines
    daemon = try Daemon(
      configuration, directory: directory,
      logger: Logger(label: "test") { _ in CollectingLogHandler(into: lines) },
      patience: patience)
  }
  func stop() {
    daemon?.stop()
    daemon = nil
  }
  deinit { daemon?.stop() }

  func told(_ kind: AlarmKind, _ status: String) -> [FakeReceiver.Request] {
    receiver.requests.filter {
      $0.text.contains("\"alertname\":\"\(kind.name)\"") && $0.text.contains("\"status\":\"\(status)\"")
    }
  }
  func tells(_ kind: AlarmKind, _ status: String = "firing") -> Bool {
    eventually(within: .seconds(20)) { !told(kind, status).isEmpty }
  }
  var audit: [AuditLine] {
    get throws { try StateReader(directory).read { try $0.audit() } }
  }
  func status() throws -> StatusMessage {
    try ControlClient(paths: [directory.path + "/control.sock"], timeout: 5_000).status()
  }
}

@Suite struct AlarmDaemonTests {
  @Test func aSourceOfGarbageAndItsEnd() throws {
    let site = try BlindSite()
    let writer = Writer(site.logs.file("a.jsonl"))
    writer.write(String(repeating: "not a record: secret-prompt\n", count: 200))
    #expect(site.tells(.recordsRefused))
    let alarm = try #require(try site.status().alarms?.first)
    #expect(alarm.kind == "records-rejected" && alarm.subject == site.logs.path + "/*.jsonl")
    writer.write(String(repeating: ReplayRules.call(nil, usd: "0.01"), count: 200))
    #expect(site.tells(.recordsRefused, "resolved"))
    #expect(try eventually { try site.status().alarms == [] })
    #expect(site.told(.recordsRefused, "firing").count == 1)
    #expect(!site.receiver.requests.contains { $0.text.contains("secret-prompt") })
    #expect(
      try eventually {
        try site.audit.filter { $0.rule == "records-rejected" }.map(\.kind) == ["alarm", "resolve"]
      })
    let log = site.lines.take().map(\.text)
    #expect(
      log.contains { $0.contains("are not counted") } && log.contains { $0.contains("are counted again") })
    #expect(!log.contains { $0.contains("secret-prompt") })
  }

  @Test func silenceAndARecordAtLast() throws {
    let site = try BlindSite(silence: 300)
    #expect(site.tells(.sourceSilent))
    #expect(site.told(.sourceSilent, "resolved").isEmpty)
    let writer = Writer(site.logs.file("a.jsonl"))
    #expect(
      eventually(within: .seconds(20)) {
        writer.write(ReplayRules.call(nil, usd: "0.01"))
        return !site.told(.sourceSilent, "resolved").isEmpty
      })
  }

  /// One incident over a restart: told once, ended once, under one fingerprint.
  @Test func anAlarmOutlivesTheDaemon() throws {
    let site = try BlindSite(silence: 300)
    #expect(site.tells(.sourceSilent))
    #expect(try eventually(within: .seconds(20)) { try site.status().outbox.pending == 0 })
    site.stop()
    #expect(try StateReader(site.directory).read { try $0.audit() }.map(\.kind) == ["alarm"])
    try site.start()
    #expect(
      try eventually(within: .seconds(20)) { try site.status().alarms?.map(\.kind) == ["source-silent"] })
    Writer(site.logs.file("a.jsonl")).write(ReplayRules.call(nil, usd: "0.01"))
    #expect(site.tells(.sourceSilent, "resolved"))
    let (begun, over) = (site.told(.sourceSilent, "firing"), site.told(.sourceSilent, "resolved"))
    #expect(begun.count == 1)
    func fingerprint(_ request: FakeReceiver.Request?) throws -> String? {
      let body = try #require(request).body
      return try JSONDecoder().decode(WebhookMessage.self, from: Data(body)).alerts.first?.fingerprint
    }
    #expect(try fingerprint(begun.first) == fingerprint(over.first))
    site.stop()
    #expect(try StateReader(site.directory).read { try $0.engineRows(kind: Alarm.rowKind) }.isEmpty == true)
  }

  /// A file that nobody may read, root neither.
  @Test(.enabled(if: open("/sys/bus/platform/uevent", O_RDONLY) < 0 && errno == EACCES))
  func aFileThatCannotBeRead() throws {
    let site = try BlindSite()
    for name in ["a", "b"] {
      #expect(symlink("/sys/bus/platform/uevent", site.logs.file("\(name).jsonl")) == 0)
    }
    #expect(site.tells(.filesUnreadable))
    let text = try #require(site.told(.filesUnreadable, "firing").first).text
    #expect(text.contains("a.jsonl: may not be read by this user") && text.contains("b.jsonl"))
    for name in ["a", "b"] { #expect(unlink(site.logs.file("\(name).jsonl")) == 0) }
    #expect(site.tells(.filesUnreadable, "resolved"))
    #expect(site.told(.filesUnreadable, "firing").count == 1)
  }

  /// a4: what a truncation destroyed unread is told with the file's name, and is known after a restart.
  @Test func a4BytesLostAreToldAndKept() throws {
    let site = try BlindSite()
    let path = site.logs.file("a.jsonl")
    let writer = Writer(path)
    writer.write(ReplayRules.call(nil, usd: "0.01"))
    #expect(eventually(within: .seconds(20)) { (try? site.status().books.read) == 1 })
    // It waits for its end when the file is cut: seen, and not read.
    writer.write(#"{"time":"#)
    #expect(eventually(within: .seconds(20)) { (try? site.status().files.first?.unreadBytes) == 8 })
    #expect(truncate(path, 0) == 0)
    #expect(site.tells(.bytesLost))
    #expect(site.told(.bytesLost, "firing").first?.text.contains("a.jsonl: at least 8 bytes") == true)
    #expect(site.tells(.bytesLost, "resolved"), "an hour later")
    for isAgain in [false, true] {
      let status = try site.status()
      #expect(status.sources[0].lostBytes == 8 && status.sources[0].truncations == 1, "restart: \(isAgain)")
      #expect(status.files.map(\.lostBytes) == [8] && status.sources[0].closedFiles == 1)
      #expect(status.sources[0].closed?.read == 1 && status.books.read == 1)
      site.stop()
      if !isAgain { try site.start() }
    }
  }

  /// d3: nothing can be committed, and people hear of it all the same; once, and once that it is over.
  @Test(.enabled(if: SmallDisk.isAvailable)) func d3AFullDiskIsToldWithoutACommit() throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let site = try BlindSite(state: disk.path + "/state")
    let writer = Writer(site.logs.file("a.jsonl"))
    writer.write(ReplayRules.call(nil, usd: "0.01"))
    #expect(eventually(within: .seconds(20)) { (try? site.status().books.read) == 1 })
    disk.fill()
    writer.write(String(repeating: ReplayRules.call(nil, usd: "0.01"), count: 2_000))
    #expect(site.tells(.stateUnwritten))
    #expect(try site.status().commits.problem != nil)
    #expect(try site.status().alarms?.map(\.kind) == ["state-not-written"])
    disk.empty()
    #expect(site.tells(.stateUnwritten, "resolved"))
    #expect(try eventually(within: .seconds(20)) { try site.status().outbox.pending == 0 })
    #expect(
      try eventually(within: .seconds(20)) {
        try site.audit.filter { $0.rule == "state-not-written" }.map(\.kind) == ["alarm", "resolve"]
      })
    #expect(
      site.told(.stateUnwritten, "firing").count == 1 && site.told(.stateUnwritten, "resolved").count == 1)
    let keys = (site.told(.stateUnwritten, "firing") + site.told(.stateUnwritten, "resolved")).map {
      $0.headers["idempotency-key"]
    }
    #expect(Set(keys).count == 2 && !keys.contains(nil))
    site.stop()
  }
}
