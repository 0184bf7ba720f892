import Foundation
import Glibc
import SpendWatch
import Support

/// What a running daemon takes: memory, processor time, wake-ups.
enum Footprint {
  /// The rules that come with the program, on a machine without logs; then 100,000 keys.
  static func memory(rules: String, keys: Int) throws {
    let directory = TempDir("bench")
    let text = try String(contentsOfFile: rules, encoding: .utf8)
    try directory.write("rules.yaml", text)
    let watch = try Program(
      ["watch", "--rules", directory.file("rules.yaml"), "--state", directory.file("state")], in: directory)
    let client = ControlClient(paths: [directory.file("state/control.sock")], timeout: 5_000)
    guard eventually(within: .seconds(30), { (try? client.status().isCatchingUp) == false }) else {
      throw Stage.Failure(description: watch.errors)
    }
    sleep(3)
    print("idle, \(rules), no log: \(memory(of: watch.pid))")
    let start = usage(of: watch.pid)
    sleep(10)
    let end = usage(of: watch.pid)
    print("idle over 10 s: \(end.ticks - start.ticks) ms of processor, \(end.wakes - start.wakes) wake-ups")

    let log = directory.file(".local/share/spendfuse/usage/a.jsonl")
    try directory.write(".local/share/spendfuse/usage/a.jsonl", "")
    guard let file = fopen(log, "a") else { throw Stage.Failure(description: "no log") }
    for number in 0..<keys {
      let line = Stage.line(key: "key-\(number)", task: "task-\(number)", usd: "0.0001")
      fwrite(line, 1, line.utf8.count, file)
    }
    fclose(file)
    guard eventually(within: .seconds(60), { (try? client.status().books.folded) == Int64(keys) }) else {
      throw Stage.Failure(description: "not all was read")
    }
    sleep(3)
    print("after \(keys) keys and tasks: \(memory(of: watch.pid))")
  }

  static func memory(of pid: pid_t) -> String {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let wanted = ["VmRSS", "RssAnon", "RssFile", "VmHWM", "Threads"]
    return status.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, wanted.contains(String(parts[0])) else { return nil }
      return "\(parts[0]) \(parts[1].trimmingCharacters(in: .whitespaces))"
    }.joined(separator: ", ")
  }

  /// Milliseconds of processor time, and voluntary switches of all its threads.
  private static func usage(of pid: pid_t) -> (ticks: Int64, wakes: Int64) {
    let threads = processorTimes(of: pid)
    return (threads.reduce(0) { $0 + $1.milliseconds }, threads.reduce(0) { $0 + $1.wakes })
  }

  static func processorTimes(of pid: pid_t) -> [(name: String, milliseconds: Int64, wakes: Int64)] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return tasks.sorted().map { task in
      func read(_ name: String) -> String {
        (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/\(name)", encoding: .utf8)) ?? ""
      }
      let switches = read("status").split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
      return (
        read("comm").trimmingCharacters(in: .newlines),
        (Int64(read("schedstat").split(separator: " ").first ?? "") ?? 0) / 1_000_000,
        Int64(switches?.split(separator: "\t").last ?? "") ?? 0
      )
    }
  }
}
