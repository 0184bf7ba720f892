/// The pages of the commands: one of all, and one for each.
package struct CommandManual: Sendable {
  private let program: CommandHelp
  private let date: String

  package init(_ program: CommandHelp, date: String) {
    self.program = program
    self.date = date
  }

  package var pages: [ManualPage] { [overview] + program.shownCommands.map(page) }

  // MARK: All

  private var overview: ManualPage {
    let name = program.commandName
    return ManualPage(name, 1, about: program.abstract ?? "", date: date) { text in
      text.section("Synopsis")
      text.line("Nm", name)
      text.line("Ar", "command")
      text.line("Op", "options")
      text.section("Description")
      text.prose(CommandManualText.description)
      if let discussion = program.discussion, !discussion.isEmpty {
        text.line("Pp")
        text.prose(discussion)
      }
      text.section("Commands")
      text.list(
        program.shownCommands.map { command in
          let body = { (text: inout ManualText) in
            text.prose(command.abstract ?? "")
            text.line("Xr", "\(name)-\(command.commandName)", "1")
          }
          return (head: "Ic \(ManualText.argument(command.commandName))", body: body)
        })
      for (title, entries) in CommandManualText.lists {
        text.section(title)
        text.list(entries.map { entry in (head: entry.head, body: { $0.prose(entry.text) }) })
      }
      text.section("See also")
      let others = program.shownCommands.map { ("\(name)-\($0.commandName)", "1") } + [("\(name)-rules", "5")]
      for (index, (page, section)) in others.enumerated() {
        text.line("Xr", [page, section] + (index == others.count - 1 ? [] : [","]))
      }
    }
  }

  // MARK: One

  private func page(_ command: CommandHelp) -> ManualPage {
    let path = "\(program.commandName) \(command.commandName)"
    let name = "\(program.commandName)-\(command.commandName)"
    return ManualPage(name, 1, about: command.abstract ?? "", date: date) { text in
      let parts = command.shownCommands.map { (path: "\(path) \($0.commandName)", command: $0) }
      text.section("Synopsis")
      for (path, command) in parts.isEmpty ? [(path, command)] : parts {
        synopsis(path, command, &text)
      }
      text.section("Description")
      text.prose(command.abstract ?? "")
      describe(command, &text)
      for part in parts {
        text.line("Ss", ManualText.argument(part.path))
        text.prose(part.command.abstract ?? "")
        describe(part.command, &text)
      }
      text.section("Exit status")
      text.prose(CommandManualText.exitStatus)
      text.section("See also")
      text.line("Xr", program.commandName, "1", ",")
      text.line("Xr", "\(program.commandName)-rules", "5")
    }
  }

  private func synopsis(_ path: String, _ command: CommandHelp, _ text: inout ManualText) {
    text.line("Nm", ManualText.argument(path))
    for argument in command.shownArguments {
      let value = ManualText.argument(argument.valueName ?? "value")
      let words: [String] =
        switch argument.kind {
        case .positional: ["Ar", value]
        case .flag: ["Fl", flag(argument)]
        case .option: ["Fl", flag(argument), "Ar", value]
        }
      let more = argument.isRepeating ? ["Ar", "..."] : []
      if argument.isOptional {
        text.line("Op", words + more)
      } else {
        text.line(words[0], Array(words.dropFirst()) + more)
      }
    }
  }

  private func describe(_ command: CommandHelp, _ text: inout ManualText) {
    if let discussion = command.discussion, !discussion.isEmpty {
      text.line("Pp")
      text.prose(discussion)
    }
    let arguments = command.shownArguments
    guard !arguments.isEmpty else { return }
    text.line("Pp")
    text.list(
      arguments.map { argument in
        let value = ManualText.argument(argument.valueName ?? "value")
        let names = (argument.names ?? []).map { "Fl " + ManualText.argument($0.text.dropFirst()) }
        let head =
          switch argument.kind {
          case .positional: "Ar \(value)"
          case .flag: names.joined(separator: " , ")
          case .option: names.map { "\($0) Ar \(value)" }.joined(separator: " , ")
          }
        return (
          head: head,
          body: { text in
            text.prose(argument.abstract ?? "")
            if let discussion = argument.discussion, !discussion.isEmpty { text.prose(discussion) }
            if let standard = argument.defaultValue, !standard.isEmpty, argument.kind != .flag {
              text.prose("(default: \(standard))")
            }
          }
        )
      })
  }

  /// The longest name, as `Fl` takes it: without the first dash.
  private func flag(_ argument: CommandHelp.Argument) -> String {
    let names = argument.names ?? []
    return ManualText.argument((names.first { $0.kind == .long } ?? names.first)?.text.dropFirst() ?? "")
  }
}
