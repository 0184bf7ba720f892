import Foundation
import Glibc
import SpendEngine
import SpendGuard
import SpendWatch
import Support
import Synchronization
import Testing

@Suite struct HaltDirectoryTests {
  private let root = TempDir("guard")
  private let start = EngineTime(milliseconds: 1_790_000_000_000)
  private var now: Date { Date(timeIntervalSince1970: 1_790_000_000) }

  private func intent(_ subject: Subject, until: EngineTime? = nil) -> HaltIntent {
    HaltIntent(
      subject: subject,
      shown: .init(why: "over", origins: [.rule("cap")], since: EngineTime(milliseconds: 5), until: until))
  }
  private func halt(_ subjects: [HaltIntent]) {
    SwitchBoard([.directory(DirectorySwitch(path: root.path))], writer: "w").apply(subjects, now: start)
  }
  private func quiet(_ failing: HaltDirectory.Failing = .open) -> HaltDirectory {
    HaltDirectory(root.path, failing: failing) { _ in }
  }

  /// Any name, as long as may be: what the switch halts is halted here, and nothing else.
  @Test(arguments: Dice.seeds) func honoursTheRealSwitch(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let alphabet = Array("abzAZ09._-~/% \u{e9}\u{1f600}\"\\:*\n").map(String.init)
    let names = Set(
      (0..<60).map { _ in
        (0..<dice.roll(1...(dice.one(in: 4) ? 250 : 20))).map { _ in dice.pick(alphabet) }.joined()
      }
    ).filter { $0.utf8.count <= UsageRecord.Name.maxLength }.sorted()
    let (halted, free) = (names.prefix(names.count / 2), names.suffix(names.count - names.count / 2))
    halt(halted.map { intent(.key($0)) } + free.map { intent(.task($0)) })
    let guarded = quiet()
    for name in halted {
      #expect(guarded.halt(key: name, now: now)?.scope == .key, "\(name)")
      #expect(guarded.halt(task: name, now: now) == nil, "\(name)")
    }
    for name in free {
      #expect(guarded.halt(key: name, now: now) == nil, "\(name)")
      #expect(guarded.halt(task: name, now: now)?.scope == .task, "\(name)")
    }
  }

  /// A log's reader cuts names; the halt is of the cut one.
  @Test func aNameTooLongForALogIsFoundAsItWasCut() throws {
    let long = String(repeating: "k\u{e9}", count: 200)
    let log = UsageLog(root.file("usage.jsonl"))
    try log.append(Call(key: long, model: "gpt-5", usage: TokenUsage(input: 1)))
    let read = LoggedCall.read(try [UInt8](Data(contentsOf: URL(fileURLWithPath: log.path))))
    let known = try #require(read.calls.first?.names.first)
    #expect(known != long)
    halt([intent(.key(known))])
    #expect(quiet().halt(key: long, now: now)?.scope == .key)
  }

  @Test func saysWhyAndUntilWhen() throws {
    halt([intent(.key("a"), until: start + .hour)])
    let found = try #require(quiet().halt(key: "a", task: "t", now: now))
    #expect(found.name == "a" && found.until == now.addingTimeInterval(3600))
    #expect(found.description == "key a is halted until \((start + .hour).rfc3339): \(found.why)")
    #expect(quiet().halt(key: "a", now: now.addingTimeInterval(3600)) == nil, "it is over")
    halt([intent(.global)])
    #expect(throws: Halted.self) { try quiet().check(now: now) }
    #expect(quiet().halt(key: "a", now: now)?.scope == .global)
  }

  @Test(arguments: [
    ("", true), ("nonsense", true), ("{}", true), (#"{"until":null}"#, true), (#"{"until":5}"#, true),
    (#"{"until":"soon"}"#, true), (#"{"until":"2020-01-01T00:00:00Z"}"#, false),
    (#"{"until":"2020-01-01T00:00:00.000Z","why":5}"#, false), (#"{"until":"2999-01-01T00:00:00Z"}"#, true),
    (String(repeating: " ", count: 70_000), true),
  ])
  func aFileHaltsWhateverIsInIt(text: String, isHalted: Bool) throws {
    try root.write("key-a.halt", text)
    #expect((quiet().halt(key: "a", now: now) != nil) == isHalted)
  }

  @Test func whateverElseIsThereHalts() {
    symlink("/nowhere", root.file("key-link.halt"))
    mkfifo(root.file("key-pipe.halt"), 0o600)
    mkdir(root.file("key-directory.halt"), 0o700)
    for name in ["link", "pipe", "directory"] { #expect(quiet().halt(key: name, now: now) != nil, "\(name)") }
    #expect(quiet().halt(key: "", task: "", now: now) == nil)
  }

  @Test func withoutTheDirectoryItDoesAsChosen() throws {
    let told = Mutex<[String]>([])
    let path = root.file("not-there")
    let open = HaltDirectory(path) { line in told.withLock { $0.append(line) } }
    for _ in 0..<3 { #expect(open.halt(key: "a", now: now) == nil) }
    #expect(
      told.withLock { $0 } == ["cannot open \(path): No such file or directory; calls go through unchecked"])
    #expect(HaltDirectory(path, failing: .closed) { _ in }.halt(key: "a", now: now)?.scope == .global)
    mkdir(path, 0o755)
    #expect(open.halt(key: "a", now: now) == nil)
    rmdir(path)
    #expect(open.halt(key: "a", now: now) == nil && told.withLock { $0.count } == 2, "told anew")
  }
}
