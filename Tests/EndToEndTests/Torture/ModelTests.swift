import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Random sequences of what writers, rotators and the kernel do to logs and to the daemon, with the real program on the real file system,
/// against a model that knows every line: each counts exactly once.
///
/// SPENDFUSE_SEED=n repeats one run, SPENDFUSE_RUNS=200 hunts for long, SPENDFUSE_ACTIONS=500 makes a run longer.
@Suite struct ModelTests {
  static let runs = Site.number("SPENDFUSE_RUNS") ?? 3

  @Test(arguments: 0..<runs) func everyLineOnce(index: Int) throws {
    let chosen = Site.number("SPENDFUSE_SEED").map(UInt64.init)
    guard chosen == nil || index == 0 else { return }
    let seed = chosen ?? UInt64.random(in: 0...99_999_999)
    let run = try ModelRun(seed: seed)
    for _ in 0..<(Site.number("SPENDFUSE_ACTIONS") ?? 60) where !run.isBroken { try run.act() }
    if !run.isBroken { try run.finish() }
    let repeated = "SPENDFUSE_SEED=\(seed)"
    print(
      "ModelTests: \(repeated): \(run.logs.lines) lines, \(run.logs.actions.count) actions, \(run.starts) starts"
    )
    #expect(!run.isBroken, "repeat with \(repeated)")
    if run.isBroken { print(([repeated] + run.logs.actions).joined(separator: "\n  ")) }
  }
}

/// One site, one daemon that comes and goes, and what it must have counted.
final class ModelRun {
  let site: Site
  var logs: LogYard
  private(set) var isBroken = false
  private(set) var starts = 0
  private var watch: Program?
  private var isFrozen = false
  private var reloads = 0

  init(seed: UInt64) throws {
    site = try Site(rules: ModelRun.rules(0))
    logs = LogYard(site.path("logs"), dice: Dice(seed: seed))
    try start()
  }

  private static func rules(_ reloads: Int) -> String {
    """
    sources:
      - {path: "\(reloads % 2 == 0 ? "logs/*.log*" : "./logs/*.log*")", format: spendfuse}
    rules:
      - {name: all, per: global, window: lifetime, limit: \(1_000_000 + reloads).00}
    """
  }

  func act() throws {
    let name = logs.dice.pick(LogYard.logs)
    usleep(UInt32(logs.dice.pick([0, 0, 1_000, 10_000, 60_000])))
    switch logs.dice.roll(0...42) {
    case 0..<9: logs.append(name, logs.dice.roll(1...40))
    case 9..<13: logs.writePartly(name)
    case 13..<16: logs.writeLate()
    case 16..<19: logs.shift(name)
    case 19..<20: logs.renameByDate(name)
    case 20..<23: logs.copyAndTruncate(name)
    case 23..<25: logs.copy(name)
    case 25..<26: logs.link(name)
    case 26..<27: logs.unlinkOne()
    case 27..<28: try logs.compress(name)
    case 28..<31: try kill()
    case 31..<32: try stop()
    case 32..<36: try freezeOrThaw()
    case 36..<37: try reload()
    case 37..<38: try deleteAndRecreate(name)
    case 38..<39: try recreateWhileDown(name)
    case 39..<40: try rewrite(name)
    case 40..<41: try renameAway(name)
    case 41..<42: try expire(name)
    default: try commit()
    }
    if watch == nil, logs.dice.one(in: 4) { try start() }
  }

  func finish() throws {
    logs.completeAll()
    try commit()
    guard !isBroken else { return }
    let status = try site.status()
    site.expectBalance(status)
    expect(status.books.rejected == [:] && status.books.duplicate == 0, "\(status.books)")
    expect(status.sources.allSatisfy { $0.unreadBytes <= logs.tornBytes }, "\(status.sources)")
    // Nothing is read again, now or at another start.
    try stop()
    try commit()
    guard !isBroken else { return }
    let again = try site.status().books
    expect(again == status.books, "\(again)")
    try stop()
  }

  private func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
    guard !holds, !isBroken else { return }
    isBroken = true
    Issue.record("\(what())")
  }

  // MARK: the daemon

  private func start() throws {
    guard watch == nil else { return }
    logs.note("start")
    starts += 1
    watch = try site.start()
  }

  private func kill() throws {
    guard let running = watch.take() else { return }
    logs.note("kill -9")
    expect(running.poll() == nil, "it ended by itself: \(running.errors)")
    isFrozen = false
    running.kill(SIGKILL)
    _ = running.wait()
  }

  private func stop() throws {
    guard let running = watch.take() else { return }
    logs.note("SIGTERM")
    if isFrozen { running.kill(SIGCONT) }
    isFrozen = false
    // Before it listens to signals one ends it at once.
    let isUp = eventually(within: .seconds(60)) { (try? site.status()) != nil || running.poll() != nil }
    running.kill(SIGTERM)
    let status = running.wait(within: .seconds(60))
    expect(isUp && status == 0, "\(String(describing: status)): \(running.errors)")
  }

  private func freezeOrThaw() throws {
    if isFrozen { thaw() } else { freeze() }
  }
  private func freeze() {
    guard let watch, !isFrozen else { return }
    logs.note("SIGSTOP")
    watch.kill(SIGSTOP)
    isFrozen = true
  }
  private func thaw() {
    guard isFrozen else { return }
    logs.note("SIGCONT")
    watch?.kill(SIGCONT)
    isFrozen = false
  }

  /// The rules are read again: the same source, sometimes by another name.
  private func reload() throws {
    guard let running = watch, !isFrozen else { return }
    logs.note("SIGHUP")
    reloads += 1
    guard eventually(within: .seconds(60), { (try? site.status()) != nil || running.poll() != nil }) else {
      return expect(false, "no answer: \(running.errors)")
    }
    // Not before: who starts must not find half a file.
    try site.directory.write("rules.yaml", ModelRun.rules(reloads))
    running.kill(SIGHUP)
  }

  // MARK: what can only be done to lines that are safe

  /// Everything whole is read, and on disk: each line once.
  private func commit() throws {
    logs.note("all is counted")
    try start()
    thaw()
    let isRead = eventually(within: .seconds(60)) {
      (try? site.status().books.read) == logs.whole || watch?.poll() != nil
    }
    expect(watch?.poll() == nil, "it ended by itself: \(watch?.errors ?? "")")
    var counted: [Int64: Int64] = [:]
    let isCounted = eventually(within: .seconds(isRead ? 20 : 1)) {
      counted = (try? counts()) ?? [:]
      return counted == expected
    }
    if !isCounted { describe(counted) }
  }

  private var expected: [Int64: Int64] {
    let torn = logs.torn
    return Dictionary(
      uniqueKeysWithValues: (0..<logs.lines).filter { !torn.contains($0) }.map { ($0, Int64(1)) })
  }

  /// How often each line was counted, as the books on disk say.
  private func counts() throws -> [Int64: Int64] {
    let report = try site.report(["--by", "task"])
    return Dictionary(
      report.rows.map { (Int64($0.task?.dropFirst() ?? "") ?? -1, $0.requests) }, uniquingKeysWith: +)
  }

  private func describe(_ counted: [Int64: Int64]) {
    let expected = expected
    let lost = expected.keys.filter { counted[$0] == nil }.sorted()
    let extra = counted.filter { expected[$0.key] != $0.value }.keys.sorted()
    let books = (try? site.status().books).map { "\($0)" } ?? "no status"
    expect(
      false,
      "lost \(lost.prefix(9)) (\(lost.count)), extra \(extra.prefix(9)) (\(extra.count)) of \(logs.lines), \(books)"
    )
    if let status = try? site.status() {
      for file in status.files {
        logs.note("\(file.path) at \(file.offset) of \(file.size) \(file.problem ?? "")")
      }
    }
  }

  /// Its last words are written when it has been seen, and no name leads to them.
  private func deleteAndRecreate(_ name: String) throws {
    guard logs.has(name) else { return }
    logs.append(name, 1, why: "to be seen")
    try commit()
    if logs.dice.one(in: 2) { freeze() }
    logs.append(name, 3, why: "last words")
    logs.delete(name)
    if logs.dice.one(in: 2) { logs.append(name, 2, why: "of the next one") }
    thaw()
    try commit()
  }

  /// The file system gives the same inode away again.
  private func recreateWhileDown(_ name: String) throws {
    guard logs.has(name) else { return }
    logs.append(name, 1, why: "to be seen")
    try commit()
    if logs.dice.one(in: 2) { try kill() } else { try stop() }
    logs.delete(name)
    logs.append(name, logs.dice.roll(1...40), why: "perhaps in the same inode")
  }

  private func rewrite(_ name: String) throws {
    guard logs.has(name) else { return }
    logs.append(name, 1, why: "to be rewritten")
    try commit()
    if logs.dice.one(in: 2) { freeze() }
    logs.rewrite(name)
  }

  private func renameAway(_ name: String) throws {
    guard logs.has(name) else { return }
    logs.append(name, 1, why: "to be known")
    try commit()
    logs.renameAway(name)
  }

  private func expire(_ name: String) throws {
    // What is deleted before it is committed, a kill destroys for good.
    logs.finishOldest(name)
    try commit()
    logs.expire(name)
  }
}
