import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Looks at one source, with a clock that only tests move, and what was told of them.
struct Watched {
  var blindness: Blindness
  var look: Look
  private(set) var told: [String] = []

  init(silence: Milliseconds? = nil, restored: [Alarm] = [], piles: Piles = Piles()) {
    blindness = Blindness(restored: restored)
    look = Look(steady: 0, wall: noonish, sources: [WatchedSource("l/*", silence: silence, piles: piles)])
    pass(0)
  }

  /// Looks every two seconds for so long, and once at least.
  mutating func pass(_ span: Milliseconds) {
    var rest = span
    repeat {
      let step = min(rest, 2 * .second)
      look.steady += step
      look.wall = look.wall + step
      rest -= step
      take()
    } while rest > 0
  }

  mutating func take() {
    for alarm in blindness.take(look) { told.append((alarm.isOver ? "over " : "") + alarm.kind.name) }
    look.losses = []
  }

  mutating func file(
    _ offset: Int64, unread: Int64, incomplete: Bool = false, backlog: Bool = false, problem: String? = nil,
    id: UInt32 = 1
  ) {
    var file = UneasyFile(
      FileID(rawValue: id), source: SourceID(rawValue: 0), path: RawPath("/l/\(id).jsonl"))
    (file.offset, file.unread, file.problem) = (offset, unread, problem)
    (file.isIncomplete, file.isBacklog) = (incomplete, backlog)
    look.files.removeAll { $0.file == file.file }
    look.files.append(file)
  }

  mutating func records(counted: Int64 = 0, rejected: Int64 = 0, noUsage: Int64 = 0, quarantined: Int64 = 0) {
    var piles = look.sources[0].piles
    piles.read += counted + rejected + noUsage
    piles.counted += counted
    piles.rejected += rejected
    piles.noUsage += noUsage
    piles.quarantined += quarantined
    look.sources[0].piles = piles
  }

  var facts: [String] { blindness.open.flatMap(\.facts) }
}
