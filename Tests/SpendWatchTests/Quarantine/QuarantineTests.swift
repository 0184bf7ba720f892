import Foundation
import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The records that are passed over, between those that count.
@Suite struct QuarantineTests {
  private let halts: HaltsThread
  private let file = RecordPlace.at(0).file

  init() throws { halts = try HaltsThread([], writer: "w") { _ in } }

  private func fold(_ quarantine: Quarantine) throws -> Fold {
    let engine = try Engine(
      rules: ReplayRules.set(around: WallClock.now, hasTasks: false), prices: ReplayRules.prices,
      restoring: SavedState(fingerprintKey: (1, 2)))
    let source = Source(pattern: "/a", format: .spendfuse)
    let fold = Fold(engine: engine, sources: [source], halts: halts, quarantine: quarantine)
    fold.engine.advance(to: WallClock.now)
    return fold
  }

  private static func line(_ usd: Int) -> String { #"{"key":"k","cost_usd":\#(usd)}"# }

  /// Hands all of `bytes`, in slices that end where `cuts` say, as the tailer does; what was used of it is handed no more.
  private func hand(_ bytes: [UInt8], cuts: [Int], isFinal: Bool = false, to fold: Fold) -> Int {
    var at = 0
    var skips = false
    for cut in cuts + [bytes.count] {
      while at < cut {
        let slice = bytes[at..<cut]
        if skips {
          let end = slice.firstIndex(of: UInt8(ascii: "\n"))
          at = end.map { $0 + 1 } ?? cut
          skips = end == nil
          continue
        }
        let used = slice.withUnsafeBytes {
          fold.fold(
            FileSlice(
              file: FileID(rawValue: 1), source: SourceID(rawValue: 0), offset: Int64(at), bytes: $0,
              isFinal: isFinal && cut == bytes.count, isCatchUp: false, isLongest: false,
              position: at == 0
                ? FilePosition(file: FileID(rawValue: 1), source: SourceID(rawValue: 0), offset: 0) : nil,
              identity: file))
        }
        switch used {
        case .bytes(0): break
        case .bytes(let count):
          at += count
          continue
        case .line:
          at = cut
          skips = true
          continue
        }
        break
      }
    }
    return at
  }

  private func books(_ fold: Fold) -> Books { fold.engine.status().books }

  /// Each record of a file in turn, whatever stands between them, and however the bytes come.
  @Test(arguments: ["\n", "", ",", "\r\n\r\n", "\n{\n \"cost_usd\": 1\n}\n"])
  func oneIsPassedOverAndTheOthersCount(_ between: String) throws {
    var dice = Dice(seed: 5)
    let lines = (1...6).map(Self.line)
    let bytes = Array((lines.joined(separator: between) + "\n").utf8)
    let others = between.contains("cost_usd") ? 5 : 0
    for poison in 0..<6 {
      let start = poison * (lines[0].utf8.count + between.utf8.count)
      for round in 0..<12 {
        let quarantine = Quarantine(
          InFlight(path: nil, state: ""), places: [RecordPlace(file: file, offset: Int64(start))])
        let fold = try fold(quarantine)
        let cuts = (0..<round % 4).map { _ in Int.random(in: 1..<bytes.count, using: &dice) }.sorted()
        #expect(hand(bytes, cuts: cuts, to: fold) >= bytes.count - 1)
        let books = books(fold)
        #expect(books.read == 6 + Int64(others) && books.folded == 5 + Int64(others), "\(poison) \(cuts)")
        #expect(books.rejected[Int(Rejection.quarantined.rawValue)] == 1 && books.rejected.reduce(0, +) == 1)
        let passed = fold.takePassed()
        #expect(passed.map(\.offset) == [Int64(start)] && passed.map(\.bytes) == [lines[0].utf8.count])
        #expect(fold.takePassed().isEmpty && quarantine.inFlight.offset == nil)
      }
    }
  }

  @Test func severalAndAtTheEnds() throws {
    let lines = (1...5).map(Self.line)
    let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
    let step = Int64(lines[0].utf8.count + 1)
    let places = [0, 1, 4].map { RecordPlace(file: file, offset: step * $0) }
    let fold = try fold(Quarantine(InFlight(path: nil, state: ""), places: Set(places)))
    #expect(hand(bytes, cuts: [], to: fold) >= bytes.count - 1)
    #expect(books(fold).folded == 2 && books(fold).rejected[Int(Rejection.quarantined.rawValue)] == 3)
    #expect(fold.takePassed().map(\.offset) == [0, step, step * 4])
  }

  /// The same bytes of another file, and a place where no record begins: nothing is passed over.
  @Test func whatIsNotThatRecordCounts() throws {
    let bytes = Array((1...3).map { Self.line($0) + "\n" }.joined().utf8)
    let other = try fold(Quarantine(InFlight(path: nil, state: ""), places: [.at(0, inode: 8)]))
    #expect(hand(bytes, cuts: [], to: other) == bytes.count && books(other).folded == 3)
    let within = try fold(
      Quarantine(InFlight(path: nil, state: ""), places: [RecordPlace(file: file, offset: 40)]))
    #expect(hand(bytes, cuts: [], to: within) == bytes.count && books(within).folded == 3)
    #expect(within.takePassed().isEmpty)
  }

  /// One that never ends: at the end of its file all of it is passed over, and before that it is waited for.
  @Test func aRecordWithoutAnEnd() throws {
    let bytes = Array((Self.line(1) + "\n" + #"{"cost_usd":2"#).utf8)
    let start = Int64(Self.line(1).utf8.count + 1)
    func quarantine() -> Quarantine {
      Quarantine(InFlight(path: nil, state: ""), places: [RecordPlace(file: file, offset: start)])
    }
    let open = try fold(quarantine())
    #expect(hand(bytes, cuts: [], to: open) < bytes.count)
    #expect(books(open).read == 1)
    let final = try fold(quarantine())
    #expect(hand(bytes, cuts: [], isFinal: true, to: final) == bytes.count)
    #expect(books(final).read == 2 && books(final).rejected[Int(Rejection.quarantined.rawValue)] == 1)
  }
}

/// What a start makes of what the last process left.
@Suite struct QuarantineStartTests {
  private let temp = TempDir("quarantine")
  private var page: String { temp.file("in-flight") }
  private let place = RecordPlace.at(77)

  private func start(tracked: [TrackedFile] = [], environment: [String: String] = [:])
    -> (quarantine: Quarantine, said: [String])
  {
    let said = CollectingLogHandler.Lines()
    let quarantine = Quarantine.atStart(
      StateDirectory(temp.path), uuid: "u", environment: environment,
      logger: Logger(label: "test") { _ in CollectingLogHandler(into: said) }, tracked: { tracked })
    return (quarantine, said.take().map(\.text))
  }

  private func isQuarantined(_ quarantine: Quarantine) -> Bool {
    [UInt8](repeating: 32, count: 100).withUnsafeBytes {
      quarantine.start(
        in: FileSlice(
          file: FileID(rawValue: 1), source: SourceID(rawValue: 0), offset: 70, bytes: $0, isFinal: false,
          isCatchUp: false, isLongest: false, identity: place.file)) == 7
    }
  }

  /// The process ends here, at that record.
  private func die(_ quarantine: Quarantine, isCrash: Bool) throws {
    quarantine.inFlight.enter(place.file, base: 0).set(77)
    guard isCrash else { return }
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: page))
    try file.seek(toOffset: 60)
    try file.write(contentsOf: [11] as [UInt8])
    try file.close()
  }

  @Test(arguments: [(true, 2), (false, 3)]) func afterSoManyDeaths(_ isCrash: Bool, _ deaths: Int) throws {
    var (quarantine, said) = start()
    #expect(said.isEmpty)
    for death in 1...deaths {
      #expect(!isQuarantined(quarantine))
      try die(quarantine, isCrash: isCrash)
      (quarantine, said) = start()
      #expect(said.count == 1 && said[0].contains("(\(death) time\(death == 1 ? "" : "s"))"), "\(said)")
      #expect(said[0].contains(isCrash ? "crashed" : "was killed"))
      #expect(said[0].hasSuffix(death == deaths ? "passed over unread" : "tried again"))
    }
    #expect(isQuarantined(quarantine))
    // For as long as that is not committed; then it is forgotten.
    (quarantine, said) = start()
    #expect(isQuarantined(quarantine) && said.isEmpty)
    var row = TrackedFile(
      id: FileID(rawValue: 1), pattern: "/a", path: RawPath("/a"), identity: place.file, offset: 77)
    #expect(isQuarantined(start(tracked: [row]).quarantine))
    row.offset = 78
    #expect(!isQuarantined(start(tracked: [row]).quarantine))
    #expect(!isQuarantined(start().quarantine))
  }

  @Test func whatCannotBeUsedIsSaidAndNeverFatal() throws {
    try temp.write("in-flight", "notes\n")
    try temp.write("suspects", "notes\n")
    var (quarantine, said) = start()
    #expect(said.count == 2 && said.allSatisfy { $0.contains("cannot be used") }, "\(said)")
    #expect(!isQuarantined(quarantine))
    (quarantine, said) = start()
    #expect(said.isEmpty, "both were replaced: \(said)")
    // Neither can be made.
    for name in ["in-flight.new", "in-flight", "suspects.new"] {
      unlink(temp.file(name))
      try FileManager.default.createDirectory(atPath: temp.file(name), withIntermediateDirectories: false)
    }
    (quarantine, said) = start()
    #expect(said.contains { $0.contains("will not be found out") }, "\(said)")
    #expect(!isQuarantined(quarantine))
  }

  /// In memory where systemd made a place for it; the suspects stay with the state.
  @Test func thePageLiesInTheRuntimeDirectory() throws {
    let runtime = TempDir("run")
    let (quarantine, _) = start(environment: ["RUNTIME_DIRECTORY": runtime.path + ":/elsewhere"])
    #expect(FileManager.default.fileExists(atPath: runtime.file("in-flight")))
    #expect(!FileManager.default.fileExists(atPath: page) && quarantine.inFlight.problem == nil)
  }
}
