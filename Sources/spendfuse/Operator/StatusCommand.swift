import ArgumentParser
import SpendEngine
import SpendWatch

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Windows against limits, halts, switches, sources, books.",
    discussion: """
      Asks the running daemon; with none running, opens its state (that needs --rules, or a rules.yaml here).

        spendfuse status
        spendfuse status --json --state /var/lib/spendfuse
      """)

  @OptionGroup var place: StateOptions
  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let message = try load()
    if json {
      print(String(decoding: try ControlJSON.encode(message), as: UTF8.self))
    } else {
      print(StatusText(message).text(for: .standardOutput), terminator: "")
    }
  }

  private func load() throws -> StatusMessage {
    do {
      return try place.client().status()
    } catch let error as ControlError {
      guard case .noDaemon = error else { throw place.failure(error) }
      return try place.stopped(else: error) { state in try state.status() }
    }
  }
}

struct HaltCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halt",
    abstract: "Halt a key, a task or everything, by hand.",
    discussion: """
      Stands until somebody lifts it, or for as long as --for says; no rule lifts it.

        spendfuse halt --key ci-bot --why "leaked in a public repository"
        spendfuse halt --all --for 30m --why "provider incident"
      """)

  @OptionGroup var subject: SubjectOptions
  @OptionGroup var place: StateOptions
  @OptionGroup var person: PersonOptions
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("End it after this long: 90s, 30m, 2h, 7d.", valueName: "span"),
    transform: span)
  var length: Milliseconds?

  func run() throws {
    guard let subject = try subject.subject() else {
      throw ValidationError("say whom: --key K, --task T or --all")
    }
    let until = length.map { WallClock.now + $0 }
    try place.perform(
      ask: { try $0.halt(HaltRequest(subject: subject, why: person.why, by: person.name, until: until)) },
      command: .halt(subject, why: person.why, by: person.name, until: until))
  }
}

struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Lift a halt.",
    discussion: """
      Lifts every halt of the subject, or with --rule that rule's only. While the breach holds, the rule halts again at 10 % of its limit \
      above where it stands now; --headroom, --until-reset and --for say otherwise. A wider halt is never lifted.

        spendfuse resume --key ci-bot --why "the loop is fixed"
        spendfuse resume --task refactor-42 --headroom 50 --why "nearly done"
      """)

  @OptionGroup var subject: SubjectOptions
  @OptionGroup var place: StateOptions
  @OptionGroup var person: PersonOptions
  @Option(help: ArgumentHelp("Only this rule's halts.", valueName: "name"))
  var rule: String?
  @Option(
    help: ArgumentHelp("Per cent of the limit that may be spent before it halts again.", valueName: "percent")
  )
  var headroom: Int64?
  @Flag(help: "Do not halt again before the window ends.")
  var untilReset = false
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("Do not halt again for this long: 90s, 30m, 2h, 7d.", valueName: "span"),
    transform: span)
  var length: Milliseconds?

  func validate() throws {
    if [headroom != nil, untilReset, length != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--headroom, --until-reset and --for exclude each other")
    }
    if let headroom, !(1...10_000).contains(headroom) {
      throw ValidationError("--headroom is 1 to 10000 per cent")
    }
  }

  func run() throws {
    let subject = try subject.subject()
    guard subject != nil || rule != nil else {
      throw ValidationError("say whom: --key K, --task T, --all, or --rule R")
    }
    let room: Headroom =
      untilReset ? .untilReset : length.map(Headroom.span) ?? headroom.map(Headroom.percent) ?? .standard
    let command: OperatorCommand? =
      if let subject {
        .resume(subject, rule: rule, why: person.why, by: person.name, headroom: room)
      } else {
        rule.map { .resumeRule($0, why: person.why, by: person.name, headroom: room) }
      }
    guard let command else { return }
    try place.perform(
      ask: {
        try $0.resume(
          ResumeRequest(subject: subject, rule: rule, why: person.why, by: person.name, headroom: room))
      }, command: command)
  }
}
