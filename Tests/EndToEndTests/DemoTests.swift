import Foundation
import Glibc
import SpendWatch
import Support
import Testing

/// `spendfuse demo` as people run it; quicker, and otherwise the same.
@Suite struct DemoTests {
  /// A place for temporary directories, in which nothing may be left.
  private struct Place {
    let directory = TempDir("demo")
    var temporary: String { directory.file("tmp") }
    var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? ["?"] }

    init() throws {
      for name in ["tmp", "run"] {
        try FileManager.default.createDirectory(
          atPath: directory.file(name), withIntermediateDirectories: true)
      }
    }

    func start(
      _ arguments: [String] = [], _ environment: [String: String] = [:], under wrapper: [String] = [],
      pace: String = "5"
    ) throws -> Program {
      // Where a service's socket and state would be: neither is the demo's.
      let all = [
        "TMPDIR": temporary, "RUNTIME_DIRECTORY": directory.file("run"),
        "STATE_DIRECTORY": directory.file("run"),
      ].merging(environment) { _, new in new }
      return try Program(
        ["demo", "--pace", pace] + arguments, in: directory, environment: all, under: wrapper)
    }
  }

  @Test func tellsItsStoryWithoutATerminal() throws {
    let place = try Place()
    let other = try FakeDaemonSocket(place.directory.file("run/control.sock"))
    let start = ContinuousClock.now
    let demo = try place.start()
    #expect(demo.wait(within: .seconds(60)) == 0, "\(demo.errors)")
    #expect(ContinuousClock.now - start < .seconds(40))
    let text = demo.output
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    // A machine that is slow for a moment jumps over a step: then it is told once.
    var stages: [String] = []
    for line in lines.prefix(while: { !$0.isEmpty }) {
      let stage = String(line.prefix { $0 != " " })
      if stage != stages.last { stages.append(stage) }
    }
    #expect(
      stages == ["watch", "day", "alert", "day", "loop", "alert", "halt", "stop", "resume"], "\(text)")
    #expect(!text.contains("\u{1b}") && demo.errors.isEmpty, "\(demo.errors)")
    for said in [
      #/alert   50 % of \$35\.00 used in the last 24h by key data-team\n/#,
      #/halt    1\d\d % of \$20\.00 used in the last 24h by key ci-bot: halted; \$\d+\.\d+ past the limit\n/#,
      #/resume  Key ci-bot may spend again: lifted by .+: the loop is fixed; halts again at \$2\d\.\d\d\n/#,
      #/resume  its halt file is gone/#, #/\n +[\d.,]+ ms  from the line/#,
      #/\n +\$\d+\.\d+  past the limit/#,
      #/\n +\$\d+,\d+  is what a weekend/#, #/spendfuse report/#,
    ] { #expect(text.contains(said), "\(text)") }
    #expect(place.left == [])
    #expect(other.isUntouched)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func aSignalLeavesNothingBehind(_ signal: Int32) throws {
    let place = try Place()
    let demo = try place.start(pace: "1")
    #expect(eventually { demo.output.contains("\nday ") }, "\(demo.errors)")
    #expect(place.left.count == 1)
    demo.kill(signal)
    #expect(demo.wait() == 128 + signal)
    #expect(demo.errors == "spendfuse: stopped; nothing is left behind\n")
    #expect(place.left == [])
  }

  @Test func leavesWhatCanBeLookedAt() throws {
    let place = try Place()
    let demo = try place.start(["--keep"], pace: "10")
    #expect(demo.wait(within: .seconds(60)) == 0, "\(demo.errors)")
    let path = place.temporary + "/" + (try #require(place.left.first))
    #expect(demo.output.contains("\nKept: \(path)\n"))
    // Its own words, run as they are.
    let commands = demo.output.split(separator: "\n").filter { $0.contains(path + "/") }
    #expect(commands.count == 3)
    var outputs: [String] = []
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      #expect(words.first == "spendfuse")
      let done = try Program.run(Array(words.dropFirst()), in: place.directory)
      #expect(done.status == 0, "\(command): \(done.errors)")
      outputs.append(done.output)
    }
    #expect(outputs[0].contains("key ci-bot") && outputs[0].contains("NOT RUNNING"))
    #expect(outputs[1].contains("ci-bot"))
    #expect(outputs[2].contains("  halt       key ci-bot  "), "\(outputs[2])")
  }

  /// Whoever read its output went away.
  @Test func leavesNothingBehindWithNobodyToReadIt() throws {
    let place = try Place()
    let demo = try place.start(
      under: ["/bin/sh", "-c", "\"$0\" \"$@\" 2>&1 | head -c 1 > /dev/null"], pace: "10")
    #expect(demo.wait(within: .seconds(60)) == 0)
    #expect(eventually { place.left == [] })
  }

  @Test func saysWhatIsWrongWithItsPlace() throws {
    let place = try Place()
    let demo = try place.start([], ["TMPDIR": "/nowhere"])
    #expect(demo.wait() == 1)
    #expect(
      demo.errors
        == "spendfuse: no temporary directory can be made in /nowhere: No such file or directory; name another one: TMPDIR=/var/tmp spendfuse demo\n"
    )
  }

  /// On a terminal of 80 columns and 24 lines, made by script(1).
  @Test(arguments: [false, true]) func redrawsOnATerminal(isInterrupted: Bool) throws {
    let place = try Place()
    let demo = try place.start(
      [], ["NO_COLOR": "", "TERM": "xterm-256color", "LANG": "C.UTF-8", "SHELL": "/bin/sh"],
      under: [
        "/bin/sh", "-c",
        "exec script -qec \"stty cols 80 rows 24; exec $*\" /dev/null",
        "sh",
      ], pace: isInterrupted ? "1" : "5")
    if isInterrupted {
      #expect(eventually { demo.output.contains("web-app") }, "\(demo.errors)")
      // The demo itself, not script.
      let children = try #require(
        try? String(contentsOfFile: "/proc/\(demo.pid)/task/\(demo.pid)/children", encoding: .utf8))
      let child = try #require(children.split(separator: " ").first.flatMap { pid_t($0) })
      kill(child, SIGINT)
      #expect(demo.wait() == 130, "\(demo.output)")
    } else {
      #expect(demo.wait(within: .seconds(60)) == 0, "\(demo.output)")
    }
    var screen = FakeTerminal(width: 80)
    screen.feed(demo.output)
    #expect(!screen.isCursorHidden && screen.wraps, "it is given back as it was")
    #expect(screen.unknown == [])
    #expect(screen.hidden > 0, "the cursor was hidden meanwhile")
    #expect(place.left == [])
    let titles = screen.lines.filter { $0.hasPrefix("spendfuse demo: ") }
    #expect(titles.count == 1, "drawn in place: \(screen.lines)")
    if isInterrupted { return }
    #expect(screen.lines.allSatisfy { $0.columns <= 80 })
    let bar = try #require(screen.lines.first { $0.hasPrefix("ci-bot ") })
    #expect(bar.hasSuffix("resumed") && bar.contains("██████"), "\(bar)")
    #expect(screen.lines.contains { $0.contains("  halt    1") }, "\(screen.lines)")
  }
}

/// Somebody else's daemon.
private final class FakeDaemonSocket {
  private let path: String
  private let descriptor: Int32
  private let number: ino_t

  init(_ path: String) throws {
    self.path = path
    descriptor = try LocalSocket.listen(path: path)
    var info = stat()
    stat(path, &info)
    number = info.st_ino
  }
  deinit { close(descriptor) }

  /// It is the same, and nobody called.
  var isUntouched: Bool {
    var info = stat()
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return stat(path, &info) == 0 && info.st_ino == number && poll(&entry, 1, 0) == 0
  }
}
