import Foundation
import Glibc
import SpendEngine
import Support

@testable import SpendWatch

/// A directory of logs under random hands: writers, rotators, backups. It knows every line that a reader must find.
///
/// The glob is `*.log*`. Every line has its number as its task, so that a lost and a doubled one cannot make up for each other.
struct LogYard {
  let directory: String
  var dice: Dice
  private(set) var actions: [String] = []
  /// Lines begun, half ones included.
  private(set) var lines: Int64 = 0
  private var writers: [String: Writer] = [:]
  /// Files that were renamed, and that their writers still hold.
  private var late: [Writer] = []
  private var halves: [ObjectIdentifier: (number: Int64, rest: [UInt8])] = [:]
  /// `a.log.1`, `a.log.2.gz`, ...: the endings, the newest first.
  private var shifted: [String: [String]] = [:]
  private var links: [String] = []
  private var names = 0
  /// Bytes of half lines in copies: no rest ever comes to them.
  private(set) var tornBytes: Int64 = 0

  static let logs = ["a.log", "b.log", "c.log"]

  init(_ directory: String, dice: Dice) {
    self.directory = directory
    self.dice = dice
  }

  func path(_ name: String) -> String { directory + "/" + name }

  mutating func note(_ action: String) { actions.append(action) }

  /// Numbers of lines that are not whole yet.
  var torn: Set<Int64> { Set(halves.values.map(\.number)) }
  var whole: Int64 { lines - Int64(halves.count) }

  // MARK: writing

  private mutating func line() -> [UInt8] {
    let padding = String(repeating: "x", count: Int(dice.roll(0...60)))
    let text =
      #"{"time":"\#(WallClock.now.rfc3339)","key":"k\#(lines % 5)","task":"n\#(lines)","model":"gpt-5","#
      + #""input_tokens":\#(lines),"cost_usd":0.001,"note":"\#(padding)"}"# + "\n"
    lines += 1
    return Array(text.utf8)
  }

  mutating func writer(_ name: String) -> Writer {
    if let known = writers[name] { return known }
    let made = Writer(path(name))
    writers[name] = made
    return made
  }

  func has(_ name: String) -> Bool { writers[name] != nil }

  mutating func append(_ name: String, _ count: Int64, why: String = "") {
    note("append \(name) \(count) \(why)")
    write(writer(name), count)
  }

  private mutating func write(_ writer: Writer, _ count: Int64) {
    complete(writer)
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes += line() }
    writer.write(bytes)
  }

  mutating func writePartly(_ name: String) {
    let writer = writer(name)
    complete(writer)
    let number = lines
    let bytes = line()
    // An object that has closed counts without its newline: SEMANTICS 3.
    let cut = Int(dice.roll(1...Int64(bytes.count - 2)))
    note("half a line \(name): \(cut) of \(bytes.count) bytes of \(number)")
    writer.write(Array(bytes[..<cut]))
    halves[ObjectIdentifier(writer)] = (number, Array(bytes[cut...]))
  }

  mutating func writeLate() {
    guard !late.isEmpty else { return }
    let writer = late[Int(dice.roll(0...Int64(late.count - 1)))]
    let count = dice.roll(1...3)
    note("late write \(count)")
    write(writer, count)
  }

  private mutating func complete(_ writer: Writer) {
    if let half = halves.removeValue(forKey: ObjectIdentifier(writer)) { writer.write(half.rest) }
  }

  mutating func completeAll() {
    for writer in Array(writers.values) + late { complete(writer) }
  }

  /// The writer goes on elsewhere; now or later it lets go.
  private mutating func leave(_ name: String) {
    guard let writer = writers.removeValue(forKey: name) else { return }
    if dice.one(in: 3) { complete(writer) } else { late.append(writer) }
  }

  // MARK: rotating

  /// F.1 becomes F.2, F becomes F.1.
  mutating func shift(_ name: String) {
    guard has(name) else { return }
    note("shift \(name), \(shifted[name, default: []].count) before")
    makeRoom(name)
    move(name, "\(name).1")
    leave(name)
    if dice.one(in: 2) { _ = writer(name) }
  }

  private mutating func makeRoom(_ name: String) {
    let endings = shifted[name, default: []]
    for (index, ending) in endings.enumerated().reversed() {
      move("\(name).\(index + 1)\(ending)", "\(name).\(index + 2)\(ending)")
    }
    shifted[name] = [""] + endings
  }

  mutating func renameByDate(_ name: String) {
    guard has(name) else { return }
    names += 1
    note("rename \(name) to \(name)-20261201-\(names)")
    move(name, "\(name)-20261201-\(names)")
    leave(name)
  }

  /// Out of the glob, with lines that only who knew the file can find.
  mutating func renameAway(_ name: String) {
    names += 1
    append(name, 5, why: "before it goes away as away.\(names)")
    move(name, "away.\(names)")
    writers[name] = nil
  }

  /// The writer pauses, as it must.
  mutating func copyAndTruncate(_ name: String) {
    guard has(name) else { return }
    let writer = writer(name)
    complete(writer)
    let pause = UInt32(dice.pick([0, 0, 3_000, 30_000]))
    note("copytruncate \(name), \(pause) us between")
    makeRoom(name)
    copyLog(path(name), to: path("\(name).1"))
    usleep(pause)
    writer.truncate()
  }

  /// Written anew from the beginning and beyond where it was read to.
  mutating func rewrite(_ name: String) {
    note("rewrite \(name)")
    let writer = writer(name)
    let count = size(name) / 100 + dice.roll(1...9)
    writer.truncate()
    write(writer, count)
  }

  mutating func copy(_ name: String) {
    guard has(name) else { return }
    names += 1
    note("copy \(name) to \(name).bak\(names)")
    copyLog(path(name), to: path("\(name).bak\(names)"))
    if writers[name].map({ halves[ObjectIdentifier($0)] != nil }) == true { tornBytes += 250 }
  }

  mutating func link(_ name: String) {
    guard has(name) else { return }
    names += 1
    note("link \(name) as \(name).link\(names)")
    precondition(Glibc.link(path(name), path("\(name).link\(names)")) == 0)
    links.append("\(name).link\(names)")
  }

  /// One of two names goes.
  mutating func unlinkOne() {
    guard let name = links.first else { return }
    var facts = stat()
    guard stat(path(name), &facts) == 0, facts.st_nlink > 1 else { return }
    note("unlink \(name)")
    links.removeFirst()
    remove(name)
  }

  mutating func delete(_ name: String) {
    note("delete \(name)")
    if let writer = writers.removeValue(forKey: name) { complete(writer) }
    remove(name)
  }

  private func oldest(_ name: String) -> String? {
    let endings = shifted[name, default: []]
    return endings.last.map { "\(name).\(endings.count)\($0)" }
  }

  /// The last that will be in the oldest rotated file is written.
  mutating func finishOldest(_ name: String) { if let oldest = oldest(name) { release(oldest) } }

  /// What the oldest rotated file holds has been counted: it goes.
  mutating func expire(_ name: String) {
    guard let oldest = oldest(name) else { return }
    note("expire \(oldest)")
    shifted[name]?.removeLast()
    remove(oldest)
  }

  /// A rotated file whose writer let go becomes `.gz`.
  mutating func compress(_ name: String) throws {
    let endings = shifted[name, default: []]
    guard let index = endings.indices.first(where: { endings[$0].isEmpty }) else { return }
    let rotated = "\(name).\(index + 1)"
    var facts = stat()
    guard stat(path(rotated), &facts) == 0, facts.st_nlink == 1 else { return }
    note("gzip \(rotated)")
    release(rotated)
    let gzip = try Process.run(URL(fileURLWithPath: "/usr/bin/gzip"), arguments: [path(rotated)])
    gzip.waitUntilExit()
    precondition(gzip.terminationStatus == 0)
    shifted[name]?[index] = ".gz"
  }

  private func size(_ name: String) -> Int64 {
    var facts = stat()
    return stat(path(name), &facts) == 0 ? Int64(facts.st_size) : 0
  }

  /// No late write comes to it any more.
  private mutating func release(_ name: String) {
    var facts = stat()
    guard stat(path(name), &facts) == 0 else { return }
    for writer in late where writer.inode == UInt64(facts.st_ino) { complete(writer) }
    late.removeAll { $0.inode == UInt64(facts.st_ino) }
  }

  private func move(_ from: String, _ to: String) {
    precondition(rename(path(from), path(to)) == 0, "\(from) to \(to): errno \(errno)")
  }
  private func remove(_ name: String) { precondition(unlink(path(name)) == 0, "\(name): errno \(errno)") }
}
