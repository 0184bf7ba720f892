import Foundation
import Glibc
import SpendEngine
import Support
import Synchronization

@testable import SpendWatch

/// Appends numbered calls at 2,000 lines a second on a thread of its own, some of them in two pieces, and rotates its file: by
/// renaming it (a line may end in the renamed file) and by copying and truncating it. It knows what a reader must find in the end.
final class NumberedWriter: Sendable {
  /// What was written, whole lines only.
  struct Model {
    var lines: Int64 = 0
    /// By key.
    var requests: [String: Int64] = [:]
    var nanoUSD: [String: Int64] = [:]
    var renamed = 0
    var copied = 0
  }

  static let keys = 8
  static let linesASecond: Int64 = 2_000
  private let state = Mutex(Model())
  private let isStopping = Atomic<Bool>(false)
  private let path: String
  private let worker: Mutex<WorkerThread?> = Mutex(nil)

  /// - Parameter path: of the log; its rotated names are `path.1`, `path.2`, ...
  init(_ path: String) { self.path = path }

  func start(seed: UInt64, rotating: Bool = true) throws {
    let thread = try WorkerThread(name: "writer") { [self] in
      var pen = Pen(path: path, dice: Dice(seed: seed))
      pen.write(until: { isStopping.load(ordering: .relaxed) }, rotating: rotating) { change in
        state.withLock { change(&$0) }
      }
    }
    worker.withLock { $0 = thread }
  }

  var model: Model { state.withLock { $0 } }

  /// Ends the last line; returns what there is to find.
  func stop() -> Model {
    isStopping.store(true, ordering: .relaxed)
    _ = worker.withLock { $0.take() }?.join(timeout: 10_000)
    return model
  }

  /// The thread's own values.
  private struct Pen {
    let path: String
    var dice: Dice
    var descriptor: Int32 = -1
    var number: Int64 = 0
    /// The rest of a line of which the first part is written.
    var rest: [UInt8] = []
    var rotations = 0

    init(path: String, dice: Dice) {
      self.path = path
      self.dice = dice
    }

    mutating func write(
      until isOver: () -> Bool, rotating: Bool, note: ((inout Model) -> Void) -> Void
    ) {
      descriptor = openLog()
      let began = WallClock.monotonic
      var next = began + dice.roll(300...900)
      while !isOver() {
        var bytes = rest
        rest = []
        let time = WallClock.now.rfc3339
        // As many as are due by now: a thread that had to wait for its turn catches up.
        let due = (WallClock.monotonic - began) * NumberedWriter.linesASecond / 1_000 + 10
        while number < due { bytes += line(time, note) }
        if dice.one(in: 8) {
          rest = Array(bytes.suffix(Int(dice.roll(1...90))))
          bytes.removeLast(rest.count)
        }
        put(bytes)
        if rotating, WallClock.monotonic >= next {
          next = WallClock.monotonic + dice.roll(300...900)
          rotate(note)
        }
        usleep(5_000)
      }
      put(rest)
      close(descriptor)
    }

    private mutating func line(_ time: String, _ note: ((inout Model) -> Void) -> Void) -> [UInt8] {
      let key = "k\(number % Int64(NumberedWriter.keys))"
      let nano = 1_000 + number % 997
      let text =
        #"{"time":"\#(time)","key":"\#(key)","task":"t\#(number % 5)","model":"gpt-5","input_tokens":\#(number),"#
        + #""cost_usd":\#(NanoUSD(rawValue: nano).decimal)}"# + "\n"
      number += 1
      note {
        $0.lines += 1
        $0.requests[key, default: 0] += 1
        $0.nanoUSD[key, default: 0] += nano
      }
      return Array(text.utf8)
    }

    private mutating func rotate(_ note: ((inout Model) -> Void) -> Void) {
      rotations += 1
      let target = "\(path).\(rotations)"
      if dice.one(in: 2) {
        rename(path, target)
        // A late write: the line ends in the renamed file.
        put(rest)
        close(descriptor)
        descriptor = openLog()
        note { $0.renamed += 1 }
      } else {
        put(rest)
        copyLog(path, to: target)
        ftruncate(descriptor, 0)
        note { $0.copied += 1 }
      }
      rest = []
    }

    private func openLog() -> Int32 { open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) }

    private func put(_ bytes: [UInt8]) {
      if !bytes.isEmpty { _ = Glibc.write(descriptor, bytes, bytes.count) }
    }
  }
}
