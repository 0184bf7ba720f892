import SpendEngine
import Support
import Testing

/// Broken samples: nothing crashes, every byte is in one record or between two, and cuts change nothing.
@Suite struct RecordFuzzTests {
  private static let seams =
    Array("{}[]\",:\\\n\r \t\0-+.eE0123456789tfn\u{1e}".utf8) + [0xef, 0xbb, 0xbf, 0xff, 0xd8]

  private func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &dice)
      let end = min(bytes.count, place + Int.random(in: 1...40, using: &dice))
      switch Int.random(in: 0..<6, using: &dice) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
      case 1: bytes[place] = Self.seams.randomElement(using: &dice) ?? 0
      case 2: bytes.insert(Self.seams.randomElement(using: &dice) ?? 0, at: place)
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...place, using: &dice))
      default: bytes.removeSubrange(end...)
      }
    }
  }

  @Test(arguments: Format.allCases)
  func mutationsAreCountedOrRejected(_ format: Format) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var dice = Dice(seed: seed)
    var lines: [[UInt8]] = []
    for scenario in try FormatScenarioTests.scenarios() {
      lines += scenario.sample.split(separator: UInt8(ascii: "\n")).map(Array.init).filter { $0.count < 6000 }
    }
    let separators = Set([UInt8](" \t\r\n\0,[]\u{1e}".utf8) + [0xef, 0xbb, 0xbf])
    let deadline = ContinuousClock.now + .milliseconds(400)
    var round = 0
    while ContinuousClock.now < deadline {
      round += 1
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        bytes += lines.randomElement(using: &dice) ?? []
        if Bool.random(using: &dice) { bytes.append(UInt8(ascii: "\n")) }
      }
      mutate(&bytes, &dice)
      let maxLength =
        Bool.random(using: &dice) ? RecordParser.maxLength : Int.random(in: 1...4000, using: &dice)
      let whole = ParserRun(bytes, format, maxLength: maxLength)
      let cuts = (0..<Int.random(in: 1...6, using: &dice)).map { _ in
        Int.random(in: 0...bytes.count, using: &dice)
      }
      let cut = ParserRun(bytes, format, cuts: cuts.sorted(), maxLength: maxLength)
      #expect(cut.pieces == whole.pieces, "seed \(seed), \(format.name), round \(round), cuts \(cuts)")
      var end = 0
      var isSkipped = false
      for piece in whole.pieces {
        let between = bytes[min(end, piece.start)..<piece.start]
        #expect(
          piece.start >= end && piece.end > piece.start
            && (isSkipped || between.allSatisfy(separators.contains)),
          "seed \(seed), \(format.name), round \(round)")
        end = piece.end
        isSkipped = piece.text.contains("too_long")
      }
      #expect(whole.waiting == 0, "seed \(seed), \(format.name), round \(round)")
      for record in whole.records {
        let tokens = record.tokens
        let least =
          [
            tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
            tokens.reasoning, record.loggedCost?.rawValue ?? 0,
          ].min() ?? 0
        #expect(least >= 0, "seed \(seed), \(format.name), round \(round)")
        for path in UsageRecord.names {
          #expect(Int(record[keyPath: path].length) <= UsageRecord.Name.maxLength)
          #expect(
            validUTF8(whole.names, record[keyPath: path]), "seed \(seed), \(format.name), round \(round)")
        }
      }
    }
  }

  private func validUTF8(_ parsed: ParsedRecords, _ name: UsageRecord.Name) -> Bool {
    let bytes = parsed.names[Int(name.offset)..<Int(name.offset) + Int(name.length)]
    return String(validating: bytes, as: UTF8.self) != nil
  }
}
