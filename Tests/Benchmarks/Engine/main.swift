// Figures of the engine, in process: `swift run -c release EngineBenchmark [own|claude] [lines]`.
// `EngineBenchmark memory`: a million series, ready and packed, and what a rule of each kind costs.
// `EngineBenchmark corpus own|claude LINES FILE DATE` writes the lines instead, for WatchBenchmark.
// `EngineBenchmark spike [EVENTS]` measures the spike rule alone.
// `EngineBenchmark fold own|claude LINES` folds them once and says nothing: for callgrind and perf.

import Glibc
import SpendEngine

func report(_ corpus: Corpus, lines: Int) {
  let run = EngineRun(corpus, lines: lines)
  let scale = 1 / Double(lines)
  print(
    "\(corpus.kind.rawValue): \(lines) lines of \(run.bytes / lines) B, \(Corpus.keys) keys, \(Corpus.tasks) tasks;"
      + " per line, processor time of the thread, best of 3")
  print(column("phase", width: 46) + "        ns     share    allocations")

  func best(_ body: () -> Meter) -> Meter {
    (0..<3).map { _ in body() }.min { $0.nanoseconds < $1.nanoseconds } ?? body()
  }
  let parse = best { Meter.measure { run.parse { _, _ in } } }
  var place: Int64 = 0
  let noted = best { Meter.measure { run.parse(noted: &place) { _, _ in } } }
  // The second pass over the same lines is the usual state: names are known.
  let booked = best {
    var intake = Intake(prices: EngineRun.prices, fingerprintKey: (1, 2))
    if corpus.kind == .own { run.book(into: &intake) }
    return Meter.measure { run.book(into: &intake) }
  }
  var intake = Intake(prices: EngineRun.prices, fingerprintKey: (1, 2))
  let events = run.events(&intake)
  let journal = best {
    var writer = JournalWriter(reusing: [UInt8](repeating: 0, count: 64 * events.count))
    return Meter.measure { for event in events { writer.append(event) } }
  }
  func folded(_ rules: [Rule], isWarm: Bool) -> Meter {
    best {
      guard var engine = EngineRun.engine(rules) else { return Meter(nanoseconds: 0, allocations: 0) }
      if isWarm { run.fold(into: &engine) }
      return Meter.measure { run.fold(into: &engine) }
    }
  }
  let bare = folded([], isWarm: corpus.kind == .own)
  let cold = folded(EngineRun.rules, isWarm: false)
  let whole = corpus.kind == .own ? folded(EngineRun.rules, isWarm: true) : cold
  func row(_ name: String, _ nanoseconds: Int64, _ allocations: UInt64?) {
    print(
      column(name, width: 46) + column(Double(nanoseconds) * scale)
        + column(100 * Double(nanoseconds) / Double(max(1, whole.nanoseconds)), 0, width: 9) + " %"
        + (allocations.map { column(Double($0) * scale, 3, width: 13) } ?? ""))
  }
  row("parse", parse.nanoseconds, parse.allocations)
  row("parse, each record noted", noted.nanoseconds, noted.allocations)
  row("intake (names, duplicates, price)", booked.nanoseconds - parse.nanoseconds, booked.allocations)
  row("journal", journal.nanoseconds, journal.allocations)
  row(
    "engine loop beside these, seals", bare.nanoseconds - booked.nanoseconds - journal.nanoseconds,
    nil)
  row("windows and rules (3 rules)", whole.nanoseconds - bare.nanoseconds, nil)
  row("whole engine", whole.nanoseconds, whole.allocations)
  row("whole engine, every name new", cold.nanoseconds, cold.allocations)
  print(
    "= \(column(1e3 / (Double(whole.nanoseconds) * scale), 2, width: 0)) M lines a CPU-second,"
      + " \(column(Double(run.bytes) / Double(whole.nanoseconds), 2, width: 0)) GB/s\n")
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "corpus":
  let rest = Array(arguments.dropFirst())
  guard rest.count == 4, let kind = Corpus.Kind(rawValue: rest[0]), let lines = Int(rest[1]),
    let file = fopen(rest[2], "w")
  else { exit(64) }
  let corpus = Corpus(kind: kind, date: rest[3])
  var text: [UInt8] = []
  for number in 0..<lines {
    corpus.append(number, to: &text)
    if text.count > 1 << 20 || number == lines - 1 {
      guard fwrite(text, 1, text.count, file) == text.count else { exit(1) }
      text.removeAll(keepingCapacity: true)
    }
  }
  fclose(file)
case "memory":
  MemoryReport.run()
  print("")
  KindTimes.report(lines: 400_000)
case "fold":
  let rest = Array(arguments.dropFirst())
  guard rest.count == 2, let kind = Corpus.Kind(rawValue: rest[0]), let lines = Int(rest[1]),
    var engine = EngineRun.engine(EngineRun.rules)
  else { exit(64) }
  EngineRun(Corpus(kind: kind), lines: lines).fold(into: &engine)
case "spike": SpikeMeter.report(events: arguments.compactMap { Int($0) }.first ?? 4_000_000)
default:
  let kinds = arguments.first.flatMap(Corpus.Kind.init(rawValue:)).map { [$0] } ?? Corpus.Kind.allCases
  let lines = arguments.compactMap { Int($0) }.first ?? 400_000
  for kind in kinds { report(Corpus(kind: kind), lines: lines) }
}
