import Foundation
import Glibc
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

/// The daemon where the kernel does not help it to find what was written (C of the catalogue).
@Suite struct DiscoveryTests {
  private static let rules = """
    sources:
      - {path: "logs/**/*.jsonl", format: spendfuse}
    rules:
      - {name: all, per: global, window: lifetime, limit: 1000000.00}
    """
  static let strace = "/usr/bin/strace"

  /// Whether system calls can be made to fail here: the program is there, and may trace.
  static let canInject: Bool = {
    let directory = TempDir("strace")
    guard FileManager.default.isExecutableFile(atPath: strace),
      let program = try? Program(
        ["--version"], in: directory, under: injecting("getpid:error=EPERM", directory))
    else { return false }
    return program.wait() == 0
  }()

  /// The tracer is a grandchild, so that the program is the child that is killed.
  private static func injecting(_ fault: String, _ directory: TempDir, only path: String? = nil) -> [String] {
    let call = String(fault.prefix { $0 != ":" })
    return [strace, "-D", "-f", "-qq", "--seccomp-bpf", "-o", directory.file("trace"), "-e", "trace=" + call]
      + (path.map { ["-P", $0] } ?? []) + ["-e", "inject=" + fault]
  }

  /// No two alike: else one file were a copy of another.
  private static func line() -> String {
    Site.line(key: "k", task: "t\(number.add(1, ordering: .relaxed).newValue)", usd: "0.001")
  }
  private static let number = Atomic<Int>(0)

  private func expectFolded(
    _ count: Int, _ site: Site, within deadline: Duration = .seconds(20),
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let isThere = eventually(within: deadline) {
      if (try? site.status().books.folded) == Int64(count) { return true }
      // A status of hundreds of files is work for both of us.
      usleep(20_000)
      return false
    }
    let status = try site.status()
    #expect(isThere && status.books.read == Int64(count), "\(status.books)", sourceLocation: location)
    site.expectBalance(status)
  }

  private func stop(_ watch: Program) {
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
  }

  /// While it is stopped, more happens than the kernel's queue can hold.
  @Test func c3StoppedWhileTheQueueOverflows() throws {
    let site = try Site(rules: DiscoveryTests.rules)
    let watch = try site.watch()
    for file in 0..<2 { try site.append(DiscoveryTests.line(), to: "logs/\(file).jsonl") }
    try expectFolded(2, site)
    watch.kill(SIGSTOP)
    let queue = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
    let events = (Int(queue.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 16_384) + 1_000
    try #require(events < 200_000)
    // In turns: equal events in a row are told once.
    let files = (0..<2).map { open(site.path("logs/\($0).jsonl"), O_WRONLY | O_APPEND | O_CLOEXEC) }
    defer { files.forEach { close($0) } }
    for event in 0..<events { #expect(write(files[event % 2], "\n", 1) == 1) }
    for file in files {
      let line = DiscoveryTests.line()
      #expect(write(file, line, line.utf8.count) == line.utf8.count)
    }
    for file in 2..<50 { try site.append(DiscoveryTests.line(), to: "logs/new/\(file).jsonl") }
    watch.kill(SIGCONT)
    try expectFolded(2 + 2 + 48, site)
    stop(watch)
  }

  @Test(
    .enabled(if: canInject),
    arguments: [
      "inotify_init1:error=EMFILE", "inotify_add_watch:error=ENOSPC",
      "inotify_add_watch:error=ENOSPC:when=2+",
    ])
  func c4NoInotifyOrNoRoomForWatches(fault: String) throws {
    let site = try Site(rules: DiscoveryTests.rules)
    for file in 0..<5 { try site.append(DiscoveryTests.line(), to: "logs/\(file)/a.jsonl") }
    let watch = try site.start(under: DiscoveryTests.injecting(fault, site.directory))
    try expectFolded(5, site)
    for file in 0..<10 { try site.append(DiscoveryTests.line(), to: "logs/\(file)/a.jsonl") }
    try expectFolded(15, site, within: Site.patience(2))
    #expect(rename(site.path("logs/1/a.jsonl"), site.path("logs/1/b.jsonl")) == 0)
    for name in ["a", "b"] { try site.append(DiscoveryTests.line(), to: "logs/1/\(name).jsonl") }
    try expectFolded(17, site, within: Site.patience(2))
    stop(watch)
    #expect(try String(contentsOfFile: site.path("trace"), encoding: .utf8).contains("(INJECTED)"))
  }

  /// A network file system whose handles go stale: opened again, and read on from the same place.
  @Test(
    .enabled(if: canInject), arguments: ["pread64:error=ESTALE:when=2+3", "statx:error=ESTALE:when=12..17"])
  func c5StaleHandles(fault: String) throws {
    let site = try Site(rules: DiscoveryTests.rules)
    try site.append(DiscoveryTests.line())
    let log = site.path("logs/a.jsonl")
    let watch = try site.start(under: DiscoveryTests.injecting(fault, site.directory, only: log))
    try expectFolded(1, site)
    for count in 2...12 {
      try site.append(DiscoveryTests.line())
      try expectFolded(count, site)
    }
    stop(watch)
    #expect(try String(contentsOfFile: site.path("trace"), encoding: .utf8).contains("ESTALE"))
  }

  static let canOverlay: Bool = {
    let directory = TempDir("overlay")
    guard let program = try? Program(["--version"], in: directory, under: overlay(directory)) else {
      return false
    }
    return program.wait() == 0
  }()

  /// In a mount namespace of its own, `logs` is an overlay; whoever writes to `upper` is another machine.
  private static func overlay(_ directory: TempDir) -> [String] {
    let path = directory.path
    return [
      "/usr/bin/unshare", "-m", "/bin/sh", "-c",
      "cd '\(path)' && mkdir -p logs lower upper work && mount -t overlay overlay "
        + "-o lowerdir=lower,upperdir=upper,workdir=work logs && cd / && exec \"$0\" \"$@\"",
    ]
  }

  @Test(.enabled(if: canOverlay)) func c5WrittenByAnotherMachine() throws {
    let site = try Site(rules: DiscoveryTests.rules)
    let watch = try site.start(under: DiscoveryTests.overlay(site.directory))
    try expectFolded(0, site)
    for count in 1...10 {
      try site.append(DiscoveryTests.line(), to: "upper/\(count % 3)/a.jsonl")
      try expectFolded(count, site, within: Site.patience(3))
    }
    stop(watch)
  }

  /// 500 files, and descriptors for a tenth of them: deleted and renamed ones among them.
  @Test func c7FewDescriptors() throws {
    let site = try Site(rules: DiscoveryTests.rules)
    let watch = try site.start(under: ["/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\""])
    for round in 0..<2 {
      for file in 0..<500 {
        try site.append(DiscoveryTests.line(), to: "logs/\(file % 10)/\(file).jsonl")
      }
      try expectFolded(500 * (round + 1), site, within: .seconds(90))
    }
    for file in 0..<100 {
      try site.append(DiscoveryTests.line(), to: "logs/\(file % 10)/\(file).jsonl")
      #expect(
        rename(site.path("logs/\(file % 10)/\(file).jsonl"), site.path("logs/\(file % 10)/\(file).old")) == 0)
    }
    try expectFolded(1_100, site, within: .seconds(90))
    stop(watch)
  }

  /// A file that may not be read is told of, and read once it may.
  @Test func c8UnreadableThenReadable() throws {
    let site = try Site(rules: DiscoveryTests.rules)
    try site.append(DiscoveryTests.line())
    #expect(chmod(site.path("logs/a.jsonl"), 0o000) == 0)
    var wrapper: [String] = []
    if geteuid() == 0 {
      // Without root's powers; the state is nobody's own.
      wrapper = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
      #expect(chown(site.directory.path, 65_534, 65_534) == 0)
      try #require(FileManager.default.isExecutableFile(atPath: wrapper[0]))
    }
    let watch = try site.start(under: wrapper)
    #expect(
      eventually(within: .seconds(30)) {
        (try? site.status().warnings.contains { $0.contains("a.jsonl") }) == true
      },
      "\(watch.errors)")
    #expect(try site.status().books.read == 0)
    #expect(chmod(site.path("logs/a.jsonl"), 0o644) == 0)
    try expectFolded(1, site)
    #expect(chmod(site.path("logs/a.jsonl"), 0o000) == 0)
    try site.append(DiscoveryTests.line(), to: "logs/b.jsonl")
    try expectFolded(2, site)
    #expect(chmod(site.path("logs/a.jsonl"), 0o644) == 0)
    try site.append(DiscoveryTests.line())
    try expectFolded(3, site)
    stop(watch)
  }
}
