internal import Foundation
internal import SpendEngine
internal import Synchronization

/// The agent in its loop, on a thread of its own as another program would be: before each call it looks whether it is halted, then calls,
/// which is a line in the log.
final class DemoAgent: Sendable {
  /// A call that went out.
  struct Sent: Sendable, Hashable {
    var tokens: Int64
    var cost: NanoUSD
    /// Just before its line was written.
    var at: EngineTime
    var steady: UInt64
  }

  struct Progress: Sendable {
    var sent: [Sent] = []
    /// When the halt was first seen, on the steady clock (ns).
    var seen: UInt64?
    var isOver = false
    var failure: DemoFailure?
  }

  private let progress = Mutex(Progress())
  private let mustStop = Atomic(false)
  private let worker = Mutex<WorkerThread?>(nil)

  var now: Progress { progress.withLock { $0 } }

  /// - Parameters:
  ///   - start: the time of the first line; the others follow `DemoLoop.period` apart.
  ///   - pause: between two calls, in ms of the clock on the wall.
  ///   - patience: ms after which it gives up, halted or not.
  func begin(_ site: DemoSite, from start: EngineTime, pause: Int64, patience: Int64) throws(SystemError) {
    let thread = try WorkerThread(name: "agent") { [self] in
      let failure = run(site, start, pause: pause, deadline: Deadline(milliseconds: patience))
      progress.withLock {
        $0.failure = failure
        $0.isOver = true
      }
    }
    worker.withLock { $0 = thread }
  }

  /// Ends it, halted or not; at once.
  func stop() {
    mustStop.store(true, ordering: .relaxed)
    _ = worker.withLock { $0 }?.join(timeout: 2_000)
  }

  private func run(_ site: DemoSite, _ start: EngineTime, pause: Int64, deadline: Deadline) -> DemoFailure? {
    let guarding = HaltFiles(directory: site.haltsPath)
    // Whoever looks first: the wait between two calls, or the guard before the next.
    func isHalted() -> Bool {
      guard guarding.isHalted(key: DemoLoop.key, task: DemoLoop.task, now: WallClock.now) else {
        return false
      }
      let seen = WallClock.monotonicNanoseconds
      progress.withLock { $0.seen = $0.seen ?? seen }
      return true
    }
    for number in 0..<DemoLoop.most {
      if mustStop.load(ordering: .relaxed) || deadline.hasPassed || isHalted() { return nil }
      let call = DemoLoop.call(number, at: start + Int64(number) * DemoLoop.period)
      let line = call.line
      progress.withLock {
        $0.sent.append(
          Sent(
            tokens: call.input, cost: call.cost, at: WallClock.now, steady: WallClock.monotonicNanoseconds))
      }
      do throws(DemoFailure) { try site.append(line) } catch { return error }
      // The call takes its time; meanwhile the clock runs for the watcher.
      let end = Deadline(milliseconds: pause)
      while !end.hasPassed, !mustStop.load(ordering: .relaxed) {
        if now.seen == nil { _ = isHalted() }
        usleep(200)
      }
    }
    return nil
  }
}
