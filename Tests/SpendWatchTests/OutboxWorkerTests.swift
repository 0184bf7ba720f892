import Foundation
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

/// A worker with a clock that only tests move, and what it reported.
private final class Bench {
  var now = noonish
  private(set) var reports: [OutboxReport] = []
  private(set) var worker: OutboxWorker!

  init(_ receivers: [Receiver], total: Int = 2_000) {
    worker = OutboxWorker(
      receivers, limits: HTTPLimits(connect: 1_000, total: total), random: { $0.upperBound },
      report: { [unowned self] in self.reports.append($0) })
  }

  /// Turns until `count` outcomes were reported, without moving the clock.
  func turn(until count: Int, within deadline: Duration = .seconds(10)) -> Bool {
    eventually(within: deadline) {
      if reports.count < count { worker.turn(upTo: 20, clock: { now }) }
      return reports.count >= count
    }
  }
  var results: [DeliveryOutcome.Result] { reports.map(\.outcome.result) }
}

private func hook(_ server: FakeReceiver, _ name: String = "ops") -> Receiver {
  Receiver(name: name, kind: .webhook(WebhookReceiver(url: Secret(server.url))))
}
private func slack(_ server: FakeReceiver, _ name: String = "oncall") -> Receiver {
  Receiver(name: name, kind: .slack(SlackReceiver(url: Secret(server.url))))
}

private func rows(_ ids: ClosedRange<Int64>, _ receiver: Receiver, attempts: Int = 0) -> [OutboxRow] {
  ids.map { id in
    let one = notifications(
      for: [decision(.alert, .key("k\(id)"), id: UInt64(id))], receivers: [receiver], timeZone: "UTC")[0]
    return OutboxRow(
      id: id, notificationID: one.id, receiver: one.receiver, body: one.body, attempts: attempts,
      nextAt: noonish,
      createdAt: noonish)
  }
}

@Suite struct OutboxWorkerTests {
  @Test func deliversInOrderWithAKey() throws {
    let server = try FakeReceiver()
    let bench = Bench([hook(server)])
    let all = rows(1...5, hook(server))
    bench.worker.add(all.reversed())
    bench.worker.add(all)
    #expect(bench.turn(until: 5))
    #expect(bench.reports.map(\.outcome) == all.map { DeliveryOutcome(row: $0.id, result: .delivered) })
    #expect(server.requests.map { $0.headers["idempotency-key"] } == all.map(\.notificationID))
    #expect(server.requests.map(\.text) == all.map(\.body))
    #expect(server.requests[0].headers["content-type"] == "application/json")
    #expect(bench.worker.waiting == 0)
  }

  @Test func triesAgainInOrderUnderTheSameKey() throws {
    let server = try FakeReceiver(.respond(500), .respond(503), .respond(200))
    let bench = Bench([hook(server)])
    let all = rows(1...2, hook(server))
    bench.worker.add(all)
    #expect(bench.turn(until: 1))
    #expect(bench.results == [.retry(at: noonish + 1_000)])
    bench.now = noonish + 999
    bench.worker.turn(upTo: 0, clock: { bench.now })
    #expect(server.requests.count == 1 && bench.worker.health[0].failingSince == noonish)
    bench.now = noonish + 1_000
    #expect(bench.turn(until: 2))
    #expect(bench.results[1] == .retry(at: noonish + 3_000))
    bench.now = noonish + 3_000
    #expect(bench.turn(until: 4))
    #expect(bench.results[2...] == [.delivered, .delivered])
    #expect(
      server.requests.map { $0.headers["idempotency-key"] }
        == [all[0], all[0], all[0], all[1]].map(\.notificationID))
    #expect(bench.worker.health[0].failingSince == nil && bench.reports[0].text.hasSuffix("HTTP 500"))
  }

  @Test func waitsAsLongAsItIsTold() throws {
    let server = try FakeReceiver(.respond(429, headers: [("Retry-After", "120")]))
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...1, hook(server), attempts: 9))
    #expect(bench.turn(until: 1))
    #expect(bench.results == [.retry(at: noonish + 120_000)])
    bench.now = noonish + 120_000
    #expect(bench.turn(until: 2) && bench.results[1] == .delivered)
  }

  @Test func triesOfAnEarlierRunCount() throws {
    let server = try FakeReceiver(.close)
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...1, hook(server), attempts: 4))
    #expect(bench.turn(until: 1) && bench.results == [.retry(at: noonish + 16_000)])
  }

  @Test func aRefusedMessageIsGivenUpAndTheNextGoesOn() throws {
    let server = try FakeReceiver(
      .respond(404, body: Array("no_service".utf8)),
      .respond(302, headers: [("Location", "http://127.0.0.1:1/")]))
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...3, hook(server)))
    #expect(bench.turn(until: 3))
    let label = URLLabel(server.url).description
    #expect(
      bench.results == [
        .dead(reason: "\(label): HTTP 404 no_service"),
        .dead(reason: "\(label): HTTP 302: redirects are not followed"), .delivered,
      ])
  }

  @Test func aHangingReceiverDoesNotSlowAnother() throws {
    let dead = try FakeReceiver()
    dead.setFallback(.hang)
    let alive = try FakeReceiver()
    let bench = Bench([hook(dead, "dead"), hook(alive, "alive")], total: 5_000)
    bench.worker.add(rows(1...3, hook(dead, "dead")) + rows(11...15, hook(alive, "alive")))
    let began = ContinuousClock.now
    #expect(bench.turn(until: 5))
    #expect(ContinuousClock.now - began < .seconds(4))
    #expect(bench.reports.map(\.outcome.row) == [11, 12, 13, 14, 15])
    #expect(bench.turn(until: 6))
    #expect(bench.reports[5].outcome == DeliveryOutcome(row: 1, result: .retry(at: noonish + 1_000)))
    #expect(bench.reports[5].text.contains("Timeout") && dead.requests.count == 1)
  }

  @Test(arguments: [FakeReceiver.Action.reset, .close])
  func brokenConnectionsAreTriedAgain(action: FakeReceiver.Action) throws {
    let server = try FakeReceiver()
    server.setFallback(action)
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...1, hook(server)))
    #expect(bench.turn(until: 1) && bench.results == [.retry(at: noonish + 1_000)])
    server.setFallback(.respond(200))
    bench.now = noonish + 1_000
    #expect(bench.turn(until: 2) && bench.results[1] == .delivered)
  }

  @Test func aReceiverThatWentIsDeadLettered() throws {
    let server = try FakeReceiver(.respond(500))
    let bench = Bench([hook(server, "old"), hook(server, "kept")])
    bench.worker.add(rows(1...2, hook(server, "old")))
    #expect(bench.turn(until: 1))
    bench.worker.reconfigure([hook(server, "kept")])
    bench.worker.add(rows(3...3, hook(server, "kept")))
    #expect(bench.turn(until: 4))
    let reason = "receiver 'old' is not in the rules file any more"
    #expect(bench.results[1...] == [.dead(reason: reason), .dead(reason: reason), .delivered])
  }

  @Test func aReceiverThatMovedTakesItsRowsAlong() throws {
    let old = try FakeReceiver()
    old.setFallback(.hang)
    let new = try FakeReceiver()
    let bench = Bench([hook(old)])
    bench.worker.add(rows(1...2, hook(old)))
    bench.worker.turn(upTo: 50, clock: { bench.now })
    bench.worker.reconfigure([hook(new)])
    #expect(bench.turn(until: 2))
    #expect(bench.results == [.delivered, .delivered] && new.requests.count == 2)
  }

  @Test func aClockThatWasSetBackDoesNotStopIt() throws {
    let server = try FakeReceiver()
    let bench = Bench([hook(server)])
    var row = rows(1...1, hook(server))[0]
    row.nextAt = noonish + 10 * .hour
    bench.worker.add([row])
    #expect(bench.turn(until: 1) && bench.results == [.delivered])
  }

  @Test func aLongOutageEndsInOneDigest() throws {
    let server = try FakeReceiver(.respond(500), .respond(503))
    let bench = Bench([slack(server)])
    bench.worker.add(rows(1...1, slack(server)))
    #expect(bench.turn(until: 1))
    bench.worker.add(rows(2...30, slack(server)))
    bench.now = noonish + 1_000
    // The one that is being tried stays as it is; behind it the rest are one.
    #expect(bench.turn(until: 2))
    bench.now = noonish + 3_000
    #expect(bench.turn(until: 31))
    #expect(bench.results[2...].allSatisfy { $0 == .delivered } && server.requests.count == 4)
    let digest = try #require(
      JSONSerialization.jsonObject(with: Data(server.requests[3].body)) as? [String: Any])
    #expect(digest["text"] as? String == "29 messages that could not be delivered since 2026-11-24 10:00 UTC")
    let text = server.requests[3].text
    #expect(
      text.contains("used today by key k2\\n") && text.contains("key k21\\nand 9 more")
        && !text.contains("key k22"))
  }

  @Test func webhookDigestsHoldEveryAlert() throws {
    let server = try FakeReceiver()
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...25, hook(server)))
    #expect(bench.turn(until: 25) && server.requests.count == 1)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(server.requests[0].body)) as? [String: Any])
    let alerts = try #require(json["alerts"] as? [[String: Any]])
    #expect(alerts.compactMap { ($0["labels"] as? [String: String])?["key"] } == (1...25).map { "k\($0)" })
    #expect(json["status"] as? String == "firing" && json["version"] as? String == "4")
  }

  @Test func aRefusedDigestIsSentOneByOne() throws {
    let server = try FakeReceiver(.respond(413))
    let bench = Bench([hook(server)])
    bench.worker.add(rows(1...25, hook(server)))
    #expect(bench.turn(until: 25))
    #expect(bench.results.allSatisfy { $0 == .delivered } && server.requests.count == 26)
    // A body that is none of ours cannot be merged.
    var strange = rows(31...55, hook(server))
    for index in strange.indices { strange[index].body = "{}" }
    bench.worker.add(strange)
    #expect(bench.turn(until: 50) && server.requests.count == 51)
  }

  @Test func urlsAreNeverInAText() throws {
    let port = try LocalSocket.freePort()
    let secrets = [
      "http://127.0.0.1:\(port)/s3cret", "http://169.254.169.254/s3cret", "http://x:s3cret@no-such.invalid/",
      "s3cret://x/",
    ]
    let receivers = secrets.enumerated().map {
      Receiver(name: "r\($0)", kind: .slack(SlackReceiver(url: Secret($1))))
    }
    let echo = try FakeReceiver(.respond(404, body: Array("Cannot POST /hook/s3cret-path".utf8)))
    let all = receivers + [hook(echo)]
    let bench = Bench(all)
    for (index, receiver) in all.enumerated() {
      bench.worker.add(rows(Int64(index)...Int64(index), receiver))
    }
    #expect(bench.turn(until: all.count))
    let text = bench.reports.map { "\($0)" }.joined() + "\(bench.worker.health)" + "\(all)"
    #expect(!text.contains("s3cret"), "\(text)")
    #expect(bench.reports.allSatisfy { !$0.text.isEmpty })
  }

  /// What the thread and the test share.
  private final class Post: Sendable {
    let mail = Mutex<[OutboxMail]>([])
    let delivered = Mutex<[Int64]>([])
    let isOver = Mutex(false)
    private let pipe = Pipe()
    var wake: Int32 { pipe.fileHandleForReading.fileDescriptor }

    init() { _ = fcntl(wake, F_SETFL, O_NONBLOCK) }
    func send(_ new: OutboxMail) {
      mail.withLock { $0.append(new) }
      pipe.fileHandleForWriting.write(Data([1]))
    }
    func drain() -> [OutboxMail] {
      var byte: UInt8 = 0
      while read(wake, &byte, 1) > 0 {}
      return mail.withLock { mail in
        defer { mail = [] }
        return mail
      }
    }
  }

  /// The thread's loop wakes for its mail, and ends when it is told to.
  @Test func runsUntilStopped() throws {
    let server = try FakeReceiver()
    let receiver = hook(server)
    let post = Post()
    Thread.detachNewThread {
      let worker = OutboxWorker(
        [receiver], report: { report in post.delivered.withLock { $0.append(report.outcome.row) } })
      worker.run(wakeDescriptor: post.wake, clock: { noonish }, drain: post.drain)
      post.isOver.withLock { $0 = true }
    }
    for id in Int64(1)...3 {
      post.send(.rows(rows(id...id, receiver)))
      #expect(eventually { post.delivered.withLock { $0.count } == Int(id) })
    }
    server.setFallback(.hang)
    post.send(.rows(rows(4...4, receiver)))
    #expect(server.received(4))
    post.send(.stop)
    #expect(eventually { post.isOver.withLock { $0 } })
    #expect(post.delivered.withLock { $0 } == [1, 2, 3])
  }
}
