import Foundation
import Glibc
import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The reader with its state thread, without a daemon around them.
@Suite struct ReaderTests {
  @Test func theTotalsKeepWhatForgottenFilesHeld() throws {
    let logs = TempDir("reader")
    let fixture = StateFixture()
    try fixture.directory.prepare()
    let store = try Store(lock: try StateLock(fixture.directory), now: .at(1), ledger: .engine)
    let saved = try store.load().saved
    let mailbox = try Mailbox<ReaderMessage>()
    let state = try StateThread(
      store, announcer: Announcer(CommitQueueTests.configuration),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      committed: { mailbox.send(.committed($0)) }, queued: { _ in })
    let halts = try HaltsThread([], writer: "w") { _ in }
    var options = TailOptions()
    (options.grace, options.scanInterval, options.keepGone, options.forgetInterval) = (1, 5, 1, 0)
    let sources = [Source(pattern: logs.path + "/*.jsonl", format: .spendfuse)]
    let thread = try WorkerThread(name: "reader", stack: 8 << 20) { [options] in
      let rules = ReplayRules.set(around: WallClock.now, hasTasks: false)
      guard let engine = try? Engine(rules: rules, prices: ReplayRules.prices, restoring: saved) else {
        return
      }
      let fold = Fold(engine: engine, sources: sources, halts: halts)
      fold.engine.advance(to: WallClock.now)
      Reader(
        fold: fold,
        tailer: Tailer(
          sources: sources, restored: [], nextFileID: 1, key: TailRun.key, options: options),
        mailbox: mailbox, state: state, halts: halts, heartbeat: Heartbeat(), forgotten: [:]
      ).run()
    }
    func status() throws -> ReaderStatus? {
      let answer = try Answer<ReaderStatus>()
      mailbox.send(.status(top: 0, answer))
      return answer.wait(timeout: 10_000)
    }
    let call = ReplayRules.call(nil, usd: "0.01")
    Writer(logs.file("a.jsonl")).write(call + call)
    #expect(try eventually(within: .seconds(20)) { try status()?.engine.books.read == 2 })
    Writer(logs.file("b.jsonl")).write(ReplayRules.call(nil, key: "other", usd: "0.02"))
    #expect(try eventually(within: .seconds(20)) { try status()?.engine.books.read == 3 })
    unlink(logs.file("a.jsonl"))
    #expect(try eventually(within: .seconds(20)) { try status()?.engine.files.count == 1 })
    let reader = try #require(try status())
    #expect(reader.engine.books.read == 1 && reader.forgotten.values.map(\.read) == [2])
    var message = StatusMessage(reader.engine, state: "/s", pid: 1, startedAt: .at(1))
    message.add(reader, sources: sources, forgotten: reader.forgotten)
    #expect(message.books.read == 3 && message.sources.map(\.books.read) == [3])
    mailbox.send(.stop)
    #expect(thread.join(timeout: 20_000) && state.stop(timeout: 20_000) && halts.stop(timeout: 20_000))
    // The state says the same at the next start.
    let snapshot = try StateReader(fixture.directory)
    #expect(try snapshot.read { try $0.forgottenBooks() }.values.map(\.read) == [2])
    #expect(try snapshot.read { try $0.files() }.map(\.books.read) == [1])
  }
}
