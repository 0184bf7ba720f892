import Foundation
import Glibc
import SpendWatch
import Support

/// What a daemon costs that watches very many files, of which few grow.
enum IdleFiles {
  static func cost(files: Int, active: Int, seconds: Int) throws {
    let directory = TempDir("bench")
    try directory.write(
      "rules.yaml",
      """
      sources:
        - {path: "logs/**/*.jsonl", format: spendfuse}
      rules:
        - {name: all, per: global, window: lifetime, limit: 1000000.00}
      """)
    for folder in 0..<(files / 1_000 + 1) {
      try FileManager.default.createDirectory(
        atPath: directory.file("logs/\(folder)"), withIntermediateDirectories: true)
    }
    func append(_ file: Int) {
      let line = Stage.line(key: "key-\(file % 100)", usd: "0.0001")
      let descriptor = open(
        directory.file("logs/\(file / 1_000)/\(file).jsonl"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644
      )
      _ = write(descriptor, line, line.utf8.count)
      close(descriptor)
    }
    for mode in ["without files", "with files", "with files, polling"] {
      if mode == "with files" { for file in 0..<files { append(file) } }
      let count = mode == "without files" ? 0 : files
      let tracer =
        mode == "with files, polling"
        ? [
          "/usr/bin/strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e",
          "trace=inotify_init1", "-e", "inject=inotify_init1:error=EMFILE",
        ]
        : []
      let watch = try Program(
        ["watch", "--rules", directory.file("rules.yaml"), "--state", directory.file("state-\(mode)")],
        in: directory, under: tracer)
      let client = ControlClient(paths: [directory.file("state-\(mode)/control.sock")], timeout: 20_000)
      let start = ContinuousClock.now
      guard
        eventually(
          within: .seconds(600),
          {
            guard let status = try? client.status() else { return watch.poll() != nil }
            return !status.isCatchingUp && status.books.read >= Int64(count)
          }), watch.poll() == nil
      else { throw Stage.Failure(description: watch.errors) }
      print("\(count) files (\(mode)): read after \(ContinuousClock.now - start)")
      sleep(5)
      print("  \(Footprint.memory(of: watch.pid))")
      let before = Footprint.processorTimes(of: watch.pid)
      for _ in 0..<seconds {
        if count > 0 { for file in 0..<active { append(file * 97) } }
        sleep(1)
      }
      let after = Footprint.processorTimes(of: watch.pid)
      for (a, b) in zip(before, after) where b.name == "reader" || b.milliseconds > a.milliseconds {
        print(
          "  \(b.name): \(b.milliseconds - a.milliseconds) ms in \(seconds) s, \(b.wakes - a.wakes) wake-ups")
      }
      watch.kill(SIGTERM)
      _ = watch.wait()
    }
  }
}
