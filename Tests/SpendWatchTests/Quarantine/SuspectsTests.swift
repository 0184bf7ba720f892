import Foundation
import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

extension RecordPlace {
  static func at(_ offset: Int64, inode: UInt64 = 7) -> RecordPlace {
    let file = FileIdentity(
      device: 1 << 32 | 2, inode: inode, birthSeconds: 1_700_000_000, birthNanoseconds: 9)
    return RecordPlace(file: file, offset: offset)
  }
}

/// Which deaths make a record one to be passed over, and how that outlives the process.
@Suite struct SuspectsTests {
  /// `c` = a crash at the record, `k` = a kill there, `o` = a crash at another one.
  @Test(arguments: [
    ("c", false), ("cc", true), ("k", false), ("kk", false), ("kkk", true), ("ck", false), ("ckk", true),
    ("kc", false), ("kck", true), ("coc", true), ("oooo", false), ("koko", false), ("kokok", true),
  ]) func aRecordIsQuarantinedBy(_ deaths: String, _ isQuarantined: Bool) throws {
    var suspects = Suspects()
    for (number, kind) in deaths.enumerated() {
      let place = kind == "o" ? RecordPlace.at(99) : .at(5)
      let death = Death(place: place, run: UInt64(number + 1), isCrash: kind != "k")
      let counted = suspects.count(death)
      #expect(counted?.place == place)
      // Counted, and not yet noted by who dies next.
      #expect(suspects.count(death) == nil, "no death counts twice")
    }
    #expect(suspects.quarantined.contains(.at(5)) == isQuarantined)
    #expect(Suspects(encoded: suspects.encoded) == suspects)
  }

  @Test func anotherFileOrPlaceIsAnotherRecord() {
    var suspects = Suspects()
    for (run, place) in [RecordPlace.at(5), .at(6), .at(5, inode: 8)].enumerated() {
      _ = suspects.count(Death(place: place, run: UInt64(run + 1), isCrash: true))
    }
    #expect(suspects.all.count == 3 && suspects.quarantined.isEmpty)
  }

  @Test func whatIsBehindIsForgotten() {
    var suspects = Suspects()
    for (run, place) in [RecordPlace.at(5), .at(500), .at(5, inode: 8)].enumerated() {
      _ = suspects.count(Death(place: place, run: UInt64(run + 1), isCrash: true))
    }
    suspects.forget(readTo: [RecordPlace.at(0).file: 5])
    #expect(suspects.all.count == 3, "read up to it is not past it")
    suspects.forget(readTo: [RecordPlace.at(0).file: 500])
    #expect(suspects.all.map(\.place) == [.at(500), .at(5, inode: 8)])
  }

  @Test func theTableIsBounded() {
    var suspects = Suspects()
    for run in 1...1_000 {
      _ = suspects.count(Death(place: .at(Int64(run)), run: UInt64(run), isCrash: true))
    }
    #expect(suspects.all.count == Suspects.most && suspects.all.last?.place == .at(1_000))
    for run in 0..<600 {
      _ = suspects.count(Death(place: .at(1_000), run: UInt64(2_000 + run), isCrash: run % 2 == 0))
    }
    #expect(suspects.all.last?.crashes == .max && suspects.all.last?.kills == .max)
    #expect(Suspects(encoded: suspects.encoded) == suspects)
  }

  /// Torn at every place, and with every bit flipped: never taken for something else.
  @Test func whatIsDamagedIsNotRead() {
    var suspects = Suspects()
    _ = suspects.count(Death(place: .at(5), run: 1, isCrash: true))
    _ = suspects.count(Death(place: .at(70_000), run: 2, isCrash: false))
    let sound = suspects.encoded
    for length in 0..<sound.count { #expect(Suspects(encoded: Array(sound[..<length])) == nil) }
    for bit in 0..<sound.count * 8 {
      var flipped = sound
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Suspects(encoded: flipped) == nil, "bit \(bit)")
    }
    #expect(Suspects(encoded: sound + [0]) == nil)
  }

  @Test func theFileIsReplacedAsAWhole() throws {
    let temp = TempDir("suspects")
    let file = SuspectsFile(StateDirectory(temp.path))
    #expect(file.load() == .nothing)
    var suspects = Suspects()
    _ = suspects.count(Death(place: .at(5), run: 1, isCrash: true))
    try temp.write("suspects.new", "what a crash left")
    try file.save(suspects)
    #expect(file.load() == .suspects(suspects))
    #expect(try FileManager.default.contentsOfDirectory(atPath: temp.path) == ["suspects"])
    for foreign in ["", "notes\n", String(repeating: "x", count: 100_000)] {
      try temp.write("suspects", foreign)
      guard case .unusable = file.load() else {
        Issue.record("\(foreign.count) bytes")
        continue
      }
    }
    unlink(file.path)
    try FileManager.default.createDirectory(atPath: file.path, withIntermediateDirectories: false)
    guard case .unusable = file.load() else {
      Issue.record("a directory")
      return
    }
    #expect(throws: SystemError.self) { try file.save(suspects) }
  }
}
