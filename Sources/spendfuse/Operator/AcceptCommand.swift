import ArgumentParser
import SpendEngine
import SpendWatch

struct AcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Take what a spike rule alerts of for the new normal.",
    discussion: """
      For a launch: the alert resolves, the rule's halt of that subject is lifted, and from here on the rule expects as much as is spent now. \
      Hours that turn out less dear are learnt down again. What is spent far beyond that alerts as before.

        spendfuse accept --rule key-spike --key web --why "launched the assistant"
      """)

  @Option(help: ArgumentHelp("The spike rule.", valueName: "name"))
  var rule: String
  @Option(help: ArgumentHelp("A key, by id or alias.", valueName: "key"))
  var key: String?
  @Option(help: ArgumentHelp("A model.", valueName: "model"))
  var model: String?
  @Option(help: ArgumentHelp("A user.", valueName: "user"))
  var user: String?
  @Option(help: ArgumentHelp("A team.", valueName: "team"))
  var team: String?
  @Flag(help: "Everything: of a rule `per: global`.")
  var all = false
  @OptionGroup var place: StateOptions
  @OptionGroup var person: PersonOptions

  /// As a rule's `per` combines them; nil where nobody is named.
  private var subject: Subject? {
    let named: [(Dimension, String?)] = [(.key, key), (.model, model), (.user, user), (.team, team)]
    let given = named.compactMap { dimension, name in name.map { (dimension, $0) } }
      .sorted { $0.0.rawValue < $1.0.rawValue }
    if all { return given.isEmpty ? .global : nil }
    if given.isEmpty { return nil }
    return Subject(given.reduce(into: Per.global) { $0.insert(Per($1.0)) }, given.map(\.1))
  }

  func validate() throws {
    guard let subject else {
      throw ValidationError("say whom: --key K, --model M, --user U, --team T, or --all alone")
    }
    if subject.names.contains("") { throw ValidationError("a name is empty: name whom you mean") }
  }

  func run() throws {
    guard let subject else { return }
    try place.perform(
      ask: {
        try $0.accept(AcceptRequest(rule: rule, subject: subject, why: person.why, by: person.name))
      }, command: .accept(rule: rule, subject, why: person.why, by: person.name))
  }
}
