import ArgumentParser
import SpendEngine
import SpendWatch

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

  func validate() throws {
    if subject.subject == nil { throw ValidationError("say whom: --key K, --task T or --all") }
  }

  func run() throws {
    guard let subject = subject.subject else { return }
    let until = length.map { WallClock.now + $0 }
    try place.perform(
      ask: { try $0.halt(HaltRequest(subject: subject, why: person.why, by: person.name, until: until)) },
      command: .halt(subject, why: person.why, by: person.name, until: until))
  }
}
