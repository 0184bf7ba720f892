import ArgumentParser
import SpendEngine
import SpendWatch

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
      throw ValidationError("--headroom, --until-reset and --for exclude each other: give one of them")
    }
    if let headroom, !(1...10_000).contains(headroom) {
      throw ValidationError("--headroom is 1 to 10000 per cent of the limit")
    }
    if subject.subject == nil, rule == nil {
      throw ValidationError("say whom: --key K, --task T, --all, or --rule R")
    }
  }

  func run() throws {
    let subject = subject.subject
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
