import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "See it work: a made day of traffic, a runaway agent, and its halt, in twelve seconds.",
    discussion: """
      Runs the watcher that `watch` runs, on rules, a log and a state in a temporary directory, which is gone at the end. Nothing else is \
      touched, nothing is sent, no server is needed.

        spendfuse demo
        spendfuse demo --keep
      """)

  @Flag(help: "Leave the temporary directory, and say what can be looked at in it.")
  var keep = false
  @Option(help: .hidden) var pace: Double = 1

  func run() throws {
    // Before any thread starts, as in `watch`. A terminal that is closed ends it too.
    let signals = try SignalSource.daemon()
    // The watcher's socket belongs into the demo's directory, not where systemd made one for a service.
    unsetenv("RUNTIME_DIRECTORY")
    raiseDescriptorLimit()
    let site: DemoSite
    do { site = try DemoSite() } catch { throw fail(error.description) }
    let show = DemoShow(OutputTerminal.standardOutput)
    let run = DemoRun(
      site, pace: DemoRun.Pace(pace), wait: { signals.wait(timeout: $0) }, show: { show.show($0) })
    let result = Result { try run.play(person: PersonOptions.name(by: nil)) }
    show.end()
    run.stop()
    var isKept = keep
    if !keep {
      do { try site.remove() } catch {
        printError("spendfuse: \(error.description.printable)")
        isKept = true
      }
    }
    switch result {
    case .success(let outcome):
      let ending = DemoEnding(outcome, logs: DemoEnding.logs(), invocation: DemoEnding.invocation())
      write(ending.text(for: .standardOutput))
      if isKept { write(DemoEnding.kept(site)) }
    case .failure(let error as DemoInterruption):
      if isKept { write(DemoEnding.kept(site)) }
      printError("spendfuse: stopped\(isKept ? "" : "; nothing is left behind")")
      throw ExitCode(128 + error.signal)
    case .failure(let error):
      if isKept { write(DemoEnding.kept(site)) }
      throw fail(String(describing: error))
    }
  }

  private func fail(_ text: String) -> ExitCode {
    printError(
      "spendfuse: \(text.split(separator: "\n").map { String($0).printable }.joined(separator: "\n"))")
    return ExitCode(1)
  }

  /// Whoever reads may have gone.
  private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
