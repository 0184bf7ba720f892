import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Random actions of writers, rotators and the daemon, against a model that knows every line: each exactly once.
@Suite struct TailRandomTests {
  /// TAIL_RUNS=n for a long hunt.
  static let runs = ProcessInfo.processInfo.environment["TAIL_RUNS"].flatMap(Int.init) ?? 8

  @Test(arguments: 0..<runs) func everyLineOnce(index: Int) {
    // TAIL_SEED=n repeats one run, and prints what it did.
    let chosen = ProcessInfo.processInfo.environment["TAIL_SEED"].flatMap(UInt64.init)
    let seed = chosen ?? UInt64.random(in: 0 ... .max)
    guard chosen == nil || index == 0 else { return }
    let model = Model(seed: chosen == nil ? seed &+ UInt64(index) : seed)
    for _ in 0..<300 where !model.isBroken { model.act() }
    model.finish()
    #expect(!model.isBroken, "repeat with TAIL_SEED=\(model.seed)")
  }

  final class Model {
    let seed: UInt64
    var random: Dice
    let run: TailRun
    var written: [String] = []
    var writers: [String: Writer] = [:]
    /// Renamed files that their writers still hold.
    var late: [Writer] = []
    var halves: [ObjectIdentifier: (line: String, rest: String)] = [:]
    var names = 0
    var packed: [String] = []
    var log: [String] = []
    var isBroken = false

    init(seed: UInt64) {
      self.seed = seed
      random = Dice(seed: seed)
      var options = TailOptions()
      options.sliceSize = 64 << Int(random.next() % 4)
      options.descriptorLimit = [4, 64][Int(random.next() % 2)]
      options.usesInotify = random.next() % 2 == 0
      run = TailRun(["*.log*"], options: options)
    }

    func act() {
      let name = "\("abc".randomElement(using: &random) ?? "a").log"
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<5: write(writer(name), Int.random(in: 1...30, using: &random), "append \(name)")
      case 5..<7: writePartly(writer(name), name)
      case 7..<8: if let writer = late.randomElement(using: &random) { write(writer, 3, "late write") }
      case 8..<10: rename(name)
      case 10..<11: copyAndTruncate(name)
      case 11..<12:
        [deleteAndRecreate, renameAway, copyAwayAndTruncate, pack, pack, shift][
          Int(random.next() % 6)](name)
      case 12..<13: copy(name)
      case 13..<17: tick()
      case 17..<18: note("restart") { run.restart() }
      case 18..<19: note("seal") { run.seal() }
      default: note("kill") { run.kill() }
      }
    }

    private func note(_ action: String, _ body: () -> Void) {
      log.append(action)
      body()
    }

    private func line() -> String {
      let text =
        "2026-11-24 line \(written.count) "
        + String(repeating: "x", count: Int.random(in: 44..<100, using: &random))
      written.append(text)
      return text + "\n"
    }

    private func writer(_ name: String) -> Writer {
      if let known = writers[name] { return known }
      let made = Writer(run.path(name))
      writers[name] = made
      return made
    }

    private func write(_ writer: Writer, _ count: Int, _ action: String) {
      note("\(action) \(count)") {
        complete(writer)
        for _ in 0..<count { writer.write(line()) }
      }
    }

    private func writePartly(_ writer: Writer, _ name: String) {
      note("partial \(name)") {
        complete(writer)
        let whole = Array(line().utf8)
        let cut = Int.random(in: 1..<whole.count, using: &random)
        writer.write(Array(whole[..<cut]))
        halves[ObjectIdentifier(writer)] = (
          String(decoding: whole.dropLast(), as: UTF8.self), String(decoding: whole[cut...], as: UTF8.self)
        )
      }
    }

    private func complete(_ writer: Writer) {
      if let rest = halves.removeValue(forKey: ObjectIdentifier(writer)) { writer.write(rest.rest) }
    }

    /// Some other name of the same log, inside the pattern.
    private func other(_ name: String) -> String {
      names += 1
      return "\(name).\(names)"
    }

    private func rename(_ name: String) {
      guard let writer = writers.removeValue(forKey: name) else { return }
      let to = other(name)
      note("rename \(name) \(to)") { run.rename(name, to) }
      late.append(writer)
    }

    /// As logrotate does, with a writer that pauses.
    private func copyAndTruncate(_ name: String) {
      guard let writer = writers[name] else { return }
      complete(writer)
      let to = other(name)
      let looks = Bool.random(using: &random)
      note("copytruncate \(name) \(to) \(looks)") {
        run.copy(name, to)
        if looks { run.turn() }
        run.truncate(name)
      }
    }

    private func deleteAndRecreate(_ name: String) {
      // With few descriptors it may not be open: then it is lost with its name.
      guard run.options.descriptorLimit == 64, let writer = writers.removeValue(forKey: name) else { return }
      complete(writer)
      // What nobody ever had a chance to open cannot be read: it is seen, and its last lines are read from the open descriptor.
      note("tick") { run.tick() }
      note("delete \(name)") {
        write(writer, 3, "last words")
        run.remove(name)
        run.tick()
        run.seal()
      }
    }

    /// Known files, with unread lines, leave the pattern.
    private func renameAway(_ name: String) {
      guard let writer = writers.removeValue(forKey: name) else { return }
      names += 1
      run.tick()
      run.seal()
      write(writer, 5, "before it goes away \(name)")
      note("rename away") { run.rename(name, "away.\(names)") }
    }

    private func copyAwayAndTruncate(_ name: String) {
      guard let writer = writers[name] else { return }
      write(writer, 1, "known \(name)")
      names += 1
      run.tick()
      run.seal()
      write(writer, 5, "before it is truncated \(name)")
      note("copytruncate away") {
        run.copy(name, "away.\(names)")
        run.truncate(name)
        run.tick()
        run.seal()
      }
    }

    /// `mv F F.1; gzip F.1`, with a writer that has gone.
    private func pack(_ name: String) {
      guard let writer = writers.removeValue(forKey: name) else { return }
      write(writer, 2, "before it is packed \(name)")
      let to = other(name)
      let looks = Int.random(in: 0..<4, using: &random)
      note("gzip \(name) \(to) \(looks)") {
        run.rename(name, to)
        if looks & 1 > 0 { run.turn() }
        run.shell("gzip -c \(to) >.new && mv .new \(to).gz")
        if looks & 2 > 0 { run.tick() }
        run.remove(to)
      }
      packed.append("\(to).gz")
    }

    /// Compressed generations move up by one.
    private func shift(_ name: String) {
      note("shift") {
        packed = packed.map { former in
          let to = "\(other(String(former.prefix(5)))).gz"
          run.rename(former, to)
          return to
        }
      }
    }

    private func copy(_ name: String) {
      guard let writer = writers[name] else { return }
      complete(writer)
      let to = other(name)
      note("copy \(name) \(to)") { run.copy(name, to) }
    }

    private func tick() {
      let step = Milliseconds([0, 2_000, 2_000, 70_000].randomElement(using: &random) ?? 0)
      note("tick \(step)") { run.turn(after: step) }
      if step > 0 { check() }
    }

    /// Everything that is whole was read, and nothing twice.
    private func check() {
      guard !isBroken else { return }
      let torn = Set(halves.values.map(\.line))
      let whole = written.filter { !torn.contains($0) }
      let lost = whole.filter { run.books.lines[$0] == nil }
      let extra = run.books.lines.filter { $0.value != 1 || torn.contains($0.key) }.map(\.key)
      guard !lost.isEmpty || !extra.isEmpty || run.books.lines.count != whole.count else { return }
      isBroken = true
      Issue.record(
        "seed \(seed): lost \(lost.prefix(3)) (\(lost.count)), extra \(extra.prefix(3)) (\(extra.count))")
      if ProcessInfo.processInfo.environment["TAIL_SEED"] != nil {
        print(log.joined(separator: "\n"), run.table)
      }
    }

    func finish() {
      for writer in writers.values { complete(writer) }
      for writer in late { complete(writer) }
      run.tick()
      run.tick()
      check()
    }
  }
}
