import Support
import Testing

@testable import SpendEngine

@Suite struct NamesTests {
  static let hash = SipHash(key: (1, 2))

  /// Known values of SipHash-1-3 with the key of zeros.
  @Test(
    arguments: [
      ("", 0xd1fb_a762_150c_532c), ("siphash", 0x8264_ceec_cb16_bcbe),
      ("digest-sip_hash", 0xce31_007e_3413_0c0a),
    ] as [(String, UInt64)])
  func hashesAsPublished(text: String, expected: UInt64) {
    #expect(SipHash(key: (0, 0))(Array(text.utf8)) == expected)
  }

  @Test func keysAndSaltsSeparate() {
    let bytes = Array("name".utf8)
    let hashes = [
      SipHash(key: (0, 0))(bytes), SipHash(key: (1, 0))(bytes), SipHash(key: (0, 1))(bytes),
      SipHash(key: (0, 0))(bytes, salt: 1), SipHash(key: (0, 0))(bytes + [0]),
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func numbersAreDenseAndReserved() {
    var table = NameTable(hash: NamesTests.hash)
    func intern(_ text: String) -> NameID { Array(text.utf8).withUnsafeBytes { table.intern($0) } }
    #expect(intern("") == NameTable.none && intern("(none)") == NameTable.none)
    #expect(intern("(other)") == NameTable.other)
    let numbers = (0..<1_000).map { intern("name-\($0)") }
    #expect(numbers == (2..<1_002).map { NameID($0) })
    #expect(
      (0..<1_000).allSatisfy {
        intern("name-\($0)") == numbers[$0] && table.string(numbers[$0]) == "name-\($0)"
      })
    let misses = ["name-1000", "name-", "", "Name-1"].map { table.find($0.utf8) }
    #expect(misses.allSatisfy { $0 == nil })
    #expect(table.find("name-77".utf8) == numbers[77])
    #expect(table.string(99_999) == "")
  }

  @Test func beyondTheCapNamesAreShared() {
    var table = NameTable(hash: NamesTests.hash)
    func intern(_ text: String) -> NameID { Array(text.utf8).withUnsafeBytes { table.intern($0, cap: 5) } }
    #expect(["a", "b", "c", "d", "e", "a"].map(intern) == [2, 3, 4, NameTable.other, NameTable.other, 2])
    #expect(table.count == 5)
  }

  @Test func bytesOfAllKindsAreNames() {
    var table = NameTable(hash: NamesTests.hash)
    let names: [[UInt8]] = [
      [0], [0, 0], [0xff, 0xfe], Array(repeating: 7, count: 70_000), Array("\u{1F525}".utf8),
    ]
    let numbers = names.map { name in name.withUnsafeBytes { table.intern($0) } }
    #expect(numbers == [2, 3, 4, 5, 6])
    for (name, number) in zip(names, numbers) { #expect(Array(table.bytes(number)) == name) }
  }

  static func intern(_ names: inout Names, _ dimension: Dimension, _ text: String) -> NameID {
    Array(text.utf8).withUnsafeBytes { names.intern(dimension, $0) }
  }

  /// Random names over several drains: restored in order they are the same names under the same numbers.
  @Test(arguments: Dice.seeds) func drainsAreRestored(seed: UInt64) {
    var dice = Dice(seed: seed)
    var names = Names(hash: NamesTests.hash)
    var restored = Names(hash: NamesTests.hash)
    let pers: [Per] = [[.key, .model], [.task, .user, .team], [.key, .task, .model, .user, .team]]
    var combinations: [(Per, UInt32)] = []
    for _ in 0..<30 {
      for _ in 0..<dice.roll(0...20) {
        var event = UsageEvent(time: .noon)
        event.key = NamesTests.intern(&names, .key, "k\(dice.roll(0...40))")
        event.task = NamesTests.intern(&names, .task, "t\(dice.roll(0...400))")
        event.model = NamesTests.intern(&names, .model, "m\(dice.roll(0...4))")
        event.user = NamesTests.intern(&names, .user, dice.pick(["", "ann", "bob"]))
        event.team = NamesTests.intern(&names, .team, dice.pick(["", "red"]))
        if dice.one(in: 4) {
          _ = Array("alias-\(dice.roll(0...9))".utf8).withUnsafeBytes { names.setAlias(of: event.key, $0) }
        }
        _ = names.internSource("/var/log/\(dice.roll(0...3)).jsonl")
        let per = dice.pick(pers)
        combinations.append((per, names.combination(per, of: event)))
      }
      let isRestored = restored.restore(names.drain())
      #expect(isRestored)
      #expect(restored.drain().isEmpty && names.drain().isEmpty)
    }
    for dimension in Dimension.allCases {
      #expect(restored.count(dimension) == names.count(dimension))
      for id in 0..<NameID(names.count(dimension) + 2) {
        #expect(restored.string(dimension, id) == names.string(dimension, id))
      }
    }
    let aliases = (names.aliases, restored.aliases)
    #expect(aliases.0 == aliases.1)
    for (per, number) in combinations {
      let subject = names.subject(per, number)
      let again = (restored.subject(per, number), restored.number(of: subject), names.number(of: subject))
      #expect(again.0 == subject && again.1 == number && again.2 == number)
    }
    for per in pers { #expect(restored.count(of: per) == names.count(of: per)) }
  }

  /// Two services call one key differently: what is kept does not grow with their records, before and after a restart.
  @Test func aliasesThatAlternateAreNotKeptForEver() {
    var names = Names(hash: NamesTests.hash)
    let key = NamesTests.intern(&names, .key, "k")
    func alternate(_ names: inout Names) -> Int {
      var bytes = 0
      for number in 0..<20_000 {
        _ = Array("service-\(number % 2)".utf8).withUnsafeBytes { names.setAlias(of: key, $0) }
        if number % 100 == 0 { bytes += names.drain().count }
      }
      return bytes + names.drain().count
    }
    _ = Array("first".utf8).withUnsafeBytes { names.setAlias(of: key, $0) }
    let blob = names.drain()
    let kept = alternate(&names)
    #expect(kept < 200)
    // Restored, the changes of before count.
    var again = Names(hash: NamesTests.hash)
    _ = again.restore(blob)
    for number in 0..<8 {
      _ = Array("service-\(number % 2)".utf8).withUnsafeBytes { again.setAlias(of: key, $0) }
    }
    let changes = again.drain()
    var restored = Names(hash: NamesTests.hash)
    let isRestored = restored.restore(blob) && restored.restore(changes)
    let more = alternate(&restored)
    #expect(isRestored && more == 0)
    // Who was renamed in earnest is called so in the end.
    var records = 0
    while restored.subject(.key, key).alias != "new", records < 1_000 {
      _ = Array("new".utf8).withUnsafeBytes { restored.setAlias(of: key, $0) }
      records += 1
    }
    #expect(records == 256)
  }

  @Test(
    arguments: [
      ("global", Per.global), ("key", .key), ("key+model", [.key, .model]), ("team+user", [.user, .team]),
      ("key+task+model+user+team", [.key, .task, .model, .user, .team]),
      ("", nil), ("key+", nil), ("+", nil), ("key+key", nil), ("keys", nil), ("global+key", nil),
      ("Key", nil),
    ] as [(String, Per?)])
  func perIsReadAndWritten(text: String, per: Per?) {
    #expect(Per(name: text) == per)
    if let per { #expect(Per(name: per.name) == per) }
  }

  @Test func aSubjectIsItsNamesNotItsAlias() {
    let plain = Subject.key("h")
    let labelled = Subject(.key, ["h"], alias: "ci")
    #expect(plain == labelled && Set([plain, labelled]).count == 1)
    #expect(labelled.text == "key ci (h)" && plain.text == "key h" && Subject.global.text == "global")
    #expect(Subject([.key, .model], ["a", "m"]).text == "key a + model m")
    for subject in [plain, labelled, .global, Subject([.user, .team], ["", "x"])] {
      var writer = ByteWriter()
      subject.write(&writer)
      var reader = ByteReader(writer.bytes)
      let read = Subject(&reader)
      #expect(read == subject && read?.alias == subject.alias && reader.isAtEnd && !reader.failed)
    }
  }
}
