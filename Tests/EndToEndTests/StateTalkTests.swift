import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What the commands say of states that they cannot use, and of daemons that are there, have gone, or have just begun.
@Suite struct StateTalkTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl, format: spendfuse}, {path: "elsewhere/deeper/*.jsonl"}]
    rules: [{name: key-daily-cap, per: key, window: day, limit: 25.00, halt: key, until: reset}]
    mode: enforce
    """

  /// Every command that opens a state, with its exit status where that cannot be used.
  private static let commands: [(words: [String], status: Int32)] = [
    (["status"], 1), (["halt", "--key", "ci-bot", "--why", "leaked"], 1),
    (["resume", "--key", "ci-bot", "--why", "fixed"], 1),
    (["explain", "--rule", "key-daily-cap", "--subject", "ci-bot"], 1), (["report"], 1), (["suggest"], 1),
    (["watch"], 78),
  ]

  /// A state with some history, closed cleanly.
  private func stopped() throws -> Site {
    let site = try Site(rules: Self.rules)
    try site.append(key: "ci-bot", usd: "5")
    let daemon = try site.watch()
    #expect(eventually { (try? site.status().books.folded) == 1 })
    daemon.kill(SIGTERM)
    #expect(daemon.wait() == 0)
    return site
  }

  struct Harm: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What every command says of it.
    var says: [String]
    var change: @Sendable (inout [UInt8]) -> Void
  }

  static let harms = [
    Harm(
      testDescription: "newer",
      says: ["written by a later spendfuse (schema 99", "install that version again"]
    ) {
      $0.replaceSubrange(60..<64, with: [0, 0, 0, 99])
    },
    Harm(
      testDescription: "damaged",
      says: ["is damaged", "restore it from a backup, or move it and its -wal away"]
    ) {
      $0.removeLast(4_096)
    },
    Harm(testDescription: "empty", says: ["is an empty file", "restore it from a backup"]) { $0 = [] },
    Harm(testDescription: "foreign", says: ["is not a spendfuse state", "move it away"]) {
      $0 = Array("notes\n".utf8)
    },
  ]

  @Test(arguments: harms) func everyCommandSaysWhatIsWrongAndWhatToDo(_ harm: Harm) throws {
    let site = try stopped()
    let path = site.path("state/state.db")
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    harm.change(&bytes)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for (words, status) in Self.commands {
      let takesRules = ["status", "watch"].contains(words[0])
      let finished = try site.run(words, rules: takesRules)
      let label = "\(harm.testDescription): \(words[0]): \(finished.errors)"
      #expect(finished.status == status, "\(label)")
      // Warnings of the rules come before, where a daemon starts.
      let lines = finished.errors.split(separator: "\n").map(String.init)
      let last = lines.last ?? ""
      #expect(lines.count == 1 || words[0] == "watch", "one line: \(label)")
      #expect(last.hasPrefix("spendfuse: ") && last.contains(path), "\(label)")
      for said in harm.says { #expect(last.contains(said), "\(label)") }
      // Nothing of it is taken for news.
      #expect(words[0] == "watch" || finished.output.isEmpty, "\(label)")
      #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == bytes, "\(label)")
    }
  }

  @Test func aFreshDaemonSaysWhatItWaitsFor() throws {
    let site = try Site(rules: Self.rules)
    let daemon = try site.watch()
    let said = try site.run(["status"]).output
    #expect(said.contains("running (pid \(daemon.pid))"))
    #expect(
      said.contains(
        "nothing is read yet: no file matches a source, below; new ones are found within seconds"), "\(said)")
    #expect(said.contains("\n  \(site.path("logs/*.jsonl")): no file matches yet\n"), "\(said)")
    #expect(
      said.contains(
        "\n  \(site.path("elsewhere/deeper/*.jsonl")): there is no directory \(site.path("elsewhere")) yet\n"),
      "\(said)")
    #expect(said.contains("\nHALTS   none\n"))
    // A line that is not whole yet.
    try site.append(#"{"key":"ci-bot","#)
    #expect(
      eventually {
        (try? site.run(["status"]).output.contains(
          "nothing is read yet: 1 file is followed, and no whole record is in it")) == true
      })
    try site.append(#""cost_usd":1}"# + "\n")
    #expect(
      eventually {
        (try? site.status().books.folded) == 1
      })
    #expect(!(try site.run(["status"]).output.contains("nothing is read yet")))
  }

  /// Killed, it leaves its socket: nobody listens there, and the state answers.
  @Test func aStaleSocketIsNoDaemon() throws {
    let site = try Site(rules: Self.rules)
    try site.append(key: "ci-bot", usd: "5")
    let daemon = try site.watch()
    #expect(eventually { (try? site.status().books.folded) == 1 })
    daemon.kill(SIGKILL)
    #expect(daemon.wait() == 128 + SIGKILL)
    #expect(access(site.path("state/control.sock"), F_OK) == 0)
    let status = try site.run(["status"])
    #expect(status.status == 0 && status.errors.isEmpty, "\(status.errors)")
    #expect(
      status.output.contains("NOT RUNNING")
        && status.output.contains("! no daemon is running: nothing is watched"))
    #expect(
      status.output.contains(
        "! start it again: spendfuse watch --rules \(site.path("rules.yaml")) --state \(site.path("state"))"),
      "\(status.output)")
    let halted = try site.run(["halt", "--key", "ci-bot", "--why", "leaked"])
    #expect(
      halted.status == 0 && halted.output.hasPrefix("halted key ci-bot\n"), "\(halted.output)\(halted.errors)"
    )
    // And the next one takes its place.
    let next = try site.watch()
    #expect(try site.status().pid == next.pid)
  }

  /// Root may look everywhere: somebody else is asked then.
  private static let nobody = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
  private static let canBeClosed: Bool = {
    if geteuid() != 0 { return true }
    guard access(nobody[0], X_OK) == 0 else { return false }
    // The program lies where others may go.
    var path = ""
    for part in Program.path.split(separator: "/") {
      path += "/" + part
      var info = stat()
      guard stat(path, &info) == 0, info.st_mode & 0o001 != 0 else { return false }
    }
    return true
  }()

  @Test(.enabled(if: canBeClosed), arguments: commands.map(\.words))
  func aClosedDirectoryAsksForItsOwner(_ words: [String]) throws {
    let site = try stopped()
    let place = site.path("state")
    chmod(site.directory.path, 0o755)
    chmod(place, geteuid() == 0 ? 0o700 : 0)
    defer { chmod(place, 0o700) }
    let rules = words[0] == "watch" ? ["--rules", site.path("rules.yaml")] : []
    let program = try Program(
      words + rules + ["--state", place], in: site.directory, under: geteuid() == 0 ? Self.nobody : [])
    let status = program.wait()
    #expect(status == 1, "\(program.errors)")
    #expect(program.errors.contains(place), "\(program.errors)")
    let advice =
      switch words[0] {
      case "watch": "run this as its owner or as root"
      default:
        "run it as its owner, or as root: sudo spendfuse \(words.map(SubjectText.shellQuoted).joined(separator: " ")) --state \(place)"
      }
    #expect(program.errors.contains(advice), "\(program.errors)")
  }

  @Test func ofThousandsTheNearestNameIsSaid() throws {
    let site = try Site(rules: Self.rules)
    try site.append(
      (0..<5_000).map { Site.line(key: "service-\($0)-of-team-\($0 % 7)", usd: "0.01") }.joined())
    let daemon = try site.watch()
    #expect(eventually(within: .seconds(30)) { (try? site.status().books.folded) == 5_000 })
    let halted = try site.run(["halt", "--key", "servcie-4321-of-team-2", "--why", "leaked"])
    #expect(halted.status == 0)
    #expect(
      halted.output == """
        halted key servcie-4321-of-team-2
        no record of key servcie-4321-of-team-2 has been seen yet; the halt stands all the same
        did you mean 'service-4321-of-team-2'? Then also: spendfuse resume --key servcie-4321-of-team-2 --why "…"

        """, "\(halted.output)")
    // One that nobody is near gets no guess.
    let far = try site.run(["halt", "--key", "zzzzzzzzzzzzzzzzzz", "--why", "leaked"])
    #expect(far.status == 0 && !far.output.contains("did you mean"), "\(far.output)")
    let lifted = try site.run(["resume", "--key", "zzzzzzzzzzzzzzzzz", "--why", "fixed"])
    #expect(
      lifted.status == 1 && lifted.output.contains("key 'zzzzzzzzzzzzzzzzzz' is halted: did you mean that?"),
      "\(lifted.output)")
    daemon.kill(SIGTERM)
    #expect(daemon.wait() == 0)
  }
}
