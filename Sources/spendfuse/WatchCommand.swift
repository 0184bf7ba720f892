import ArgumentParser
import Foundation
import Logging
import SpendEngine
import SpendWatch

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch the logs: count, alert, halt. Runs until it is stopped.",
    discussion: """
      SIGTERM or Ctrl-C stops it, SIGHUP makes it read its rules again (a file with mistakes is refused, the old rules stay).

        spendfuse watch --rules rules.yaml --state ./state
      """)

  @OptionGroup var place: StateOptions
  @Flag(help: "Also say what is not worth a look.")
  var verbose = false

  func validate() throws {
    if let rules = place.rules, [RulesFile.standardInput, "/dev/stdin"].contains(rules) {
      throw ValidationError(
        "a daemon reads its rules again when they change (SIGHUP), so they cannot come from standard input: write them to a file"
      )
    }
  }

  func run() throws {
    // Before any thread starts: signals are blocked everywhere, and read here.
    let signals = try SignalSource.daemon()
    raiseDescriptorLimit()
    Daemon.noteCrashes()
    let level: Logger.Level = verbose ? .debug : .info
    LoggingSystem.bootstrap { _ in StderrLogHandler.standard(level: level) }
    let logger = Logger(label: "spendfuse")
    let path = place.rulesPath
    let configuration = try loadRules(path, secrets: .required)
    let daemon: Daemon
    do {
      let directory = try place.directory()
      daemon = try Daemon(configuration, directory: directory, logger: logger)
      print(OutputTerminal.standardOutput.folded(Schedule.text(configuration, now: WallClock.now)))
      print("state        \(directory.path)")
      print(
        "\nwatching; stop with Ctrl-C, look with: spendfuse status\(directory.option.map { " " + $0 } ?? "")")
      fflush(nil)
    } catch {
      printError("spendfuse: \(error)")
      // 78 (EX_CONFIG): the units do not try again.
      let needsPerson = (error as? StateError)?.needsPerson ?? (error as? StartFailure)?.needsPerson ?? false
      throw ExitCode(needsPerson ? 78 : 1)
    }
    let notifier = ServiceNotifier()
    notifier.send(.ready, .status("watching \(configuration.sources.count) source(s)"))
    serve(signals, daemon, notifier, logger)
    notifier.send(.stopping)
    daemon.stop()
    logger.notice("stopped")
  }

  /// Until a signal stops it. The watchdog is fed only while the reader goes round.
  private func serve(_ signals: SignalSource, _ daemon: Daemon, _ notifier: ServiceNotifier, _ logger: Logger)
  {
    let period = min(notifier.watchdogInterval ?? 60_000, 60_000)
    var calendarsMade = WallClock.now
    while true {
      switch signals.wait(timeout: period) {
      case SIGTERM, SIGINT: return
      case SIGHUP: reload(daemon, notifier, logger)
      default: break
      }
      // Either way: a clock that was set back by years needs other edges too.
      if abs(WallClock.now - calendarsMade) >= .day {
        calendarsMade = WallClock.now
        daemon.renewCalendars()
      }
      if notifier.watchdogInterval != nil, daemon.readerAge < 30_000 { notifier.send(.watchdog) }
    }
  }

  private func reload(_ daemon: Daemon, _ notifier: ServiceNotifier, _ logger: Logger) {
    notifier.send(.reloading)
    defer { notifier.send(.ready) }
    let (new, diagnostics) = RulesFile.load(place.rulesPath)
    for line in Diagnostic.render(diagnostics).split(separator: "\n") { logger.warning("\(line)") }
    guard let new else {
      daemon.refuse(place.rulesPath, errors: diagnostics.count { $0.severity == .error })
      logger.error("\(place.rulesPath) was refused: the old rules stay")
      return
    }
    logger.notice(
      daemon.reload(new) ? "\(place.rulesPath) is in force" : "the reader did not take the new rules in time")
  }
}
