import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct ControlMessageTests {
  @Test(arguments: [
    Subject.global, .key("a"), .task("t/1"), Subject([.key, .model], ["k", "m"]),
    Subject([.user, .team], ["u", "t"]),
  ])
  func subjectsComeBack(_ subject: Subject) throws {
    let bytes = try ControlJSON.encode(SubjectMessage(subject))
    #expect(try ControlJSON.decode(SubjectMessage.self, from: bytes).subject == subject)
  }

  @Test(arguments: [
    #"{"keys":"a"}"#, #"{"key":""}"#, #"{"key":"a","nonsense":"b"}"#,
    #"{"key":"\#(String(repeating: "x", count: 5_000))"}"#,
  ])
  func whatIsNoSubjectIsNone(_ json: String) throws {
    #expect(try ControlJSON.decode(SubjectMessage.self, from: Array(json.utf8)).subject == nil)
  }

  @Test(arguments: [Headroom.percent(25), .untilReset, .span(7_200_000), .standard])
  func headroomComesThrough(_ headroom: Headroom) throws {
    let request = ResumeRequest(subject: .key("k"), rule: "r", why: "w", by: "b", headroom: headroom)
    let back = try ControlJSON.decode(ResumeRequest.self, from: try ControlJSON.encode(request))
    guard case .resume(let subject, "r", "w", "b", let got) = back.command else {
      return #expect(Bool(false), "\(String(describing: back.command))")
    }
    #expect(subject == .key("k") && got == headroom)
  }

  @Test(arguments: [
    #"{"why":"","by":""}"#, #"{"why":"","by":"","rule":"r","headroom_percent":-1}"#,
    #"{"why":"","by":"","rule":"r","headroom_percent":5,"for_milliseconds":7}"#,
    #"{"why":"","by":"","rule":"r","subject":{"nobody":"x"}}"#,
  ])
  func anUnclearResumeIsNoCommand(_ json: String) throws {
    #expect(try ControlJSON.decode(ResumeRequest.self, from: Array(json.utf8)).command == nil)
  }

  @Test func aRuleAloneIsResumedForEverybody() throws {
    let json = #"{"why":"w","by":"b","rule":"r","until_reset":false}"#
    let command = try ControlJSON.decode(ResumeRequest.self, from: Array(json.utf8)).command
    guard case .resumeRule("r", "w", "b", .standard) = command else {
      return #expect(Bool(false), "\(String(describing: command))")
    }
  }

  @Test func statusIsWhatScriptsRelyOn() throws {
    var books = Books()
    books.read = 3
    books.other = 5
    books.folded = 2
    books.rejected[Int(Rejection.notObject.rawValue)] = 1
    var status = StatusMessage.sample(books: books, full: [.task, [.key, .model]])
    status.switches = [
      .init(name: "redis 127.0.0.1:6379", failingSince: .at(0), problem: "refused", foreign: ["ai:x"])
    ]
    status.commits = .init(sequence: 4, at: .at(1))
    let json = String(decoding: try ControlJSON.encode(status), as: UTF8.self)
    for part in [
      #""rejected":{"not_object":1}"#, #""is_catching_up":false"#, #""value_usd":"26.1""#,
      #""limit_usd":"25""#,
      #""subject":{"key":"ci-bot"}"#, #""window_end":"2023-11-15T00:00:00.000Z""#, #""level":"firing""#,
      #""failing_since":"1970-01-01T00:00:00.000Z""#, #""names":{"key":2}"#,
      #""other":5"#, #""subjects":{"cold":1000,"full":["task","key+model"],"hot":3,"max_subjects":1000}"#,
    ] { #expect(json.contains(part), "\(part) in \(json)") }
    #expect(try ControlJSON.decode(StatusMessage.self, from: Array(json.utf8)) == status)
    #expect(
      status.warnings
        == ["task", "key+model"].map {
          "there is no room for another \($0): 10000 are known (ten times 'max_subjects'), and new ones are counted together as "
            + "'(other)', which alerts and cannot be halted"
        })
  }

  /// A daemon of before says nothing of subjects: its status is read all the same.
  @Test func anOlderStatusIsRead() throws {
    var status = StatusMessage.sample(books: Books())
    (status.subjects, status.books.other) = (nil, nil)
    let bytes = try ControlJSON.encode(status)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("subjects\":{"))
    #expect(try ControlJSON.decode(StatusMessage.self, from: bytes) == status)
  }
}

extension StatusMessage {
  static func sample(books: Books, full: [Per] = []) -> StatusMessage {
    let rule = Rule(
      name: "key-daily-cap", per: .key,
      kind: .threshold(ThresholdRule(metric: .spend, window: .calendar(.day), limit: 25_000_000_000)),
      mode: .enforce,
      halt: .key, until: .reset)
    let halt = Halt(
      subject: .key("ci-bot"), origin: .rule("key-daily-cap"), why: "spent", since: .at(5), until: nil)
    return StatusMessage(
      .sample(
        rule: rule, subject: .key("ci-bot"), value: 26_100_000_000, limit: 25_000_000_000,
        windowEnd: .at(1_700_006_400_000), halt: halt, books: books, full: full), state: "/s", pid: 7,
      startedAt: .at(9))
  }
}
