import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

/// For whoever packages the program; people read the pages with man(1).
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the man pages into a directory.",
    discussion: """
      The pages of the commands and spendfuse-rules(5), in mdoc. Their date is $SOURCE_DATE_EPOCH where it is set, else today.

        spendfuse manual ./man
      """,
    shouldDisplay: false)

  @Argument(help: "The directory; made where it is not there.", completion: .directory)
  var directory: String

  func run() throws {
    let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
    let date = (epoch.map(Date.init(timeIntervalSince1970:)) ?? Date()).formatted(
      .iso8601.year().month().day())
    let help = try CommandHelp(dump: Spendfuse._dumpHelp())
    let pages = CommandManual(help, date: date).pages + [RulesManual.page(date: date)]
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      for page in pages {
        try page.text.write(toFile: "\(directory)/\(page.fileName)", atomically: true, encoding: .utf8)
      }
    } catch {
      printError(
        "spendfuse: the man pages cannot be written to \(directory.printable): \(error.localizedDescription); name another directory"
      )
      throw ExitCode(1)
    }
    print("\(pages.count) pages in \(directory.printable)")
  }
}
