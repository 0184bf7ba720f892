package import Foundation
import Glibc
import Synchronization

/// The built `spendfuse`, run as a process of its own. Killed by its pid when the last reference goes.
package final class Program: Sendable {
  package struct DidNotStart: Error {}
  package struct Finished: Sendable {
    /// Exit status; 128 + signal where one ended it.
    package var status: Int32
    package var output: String
    package var errors: String
  }

  package let pid: pid_t
  private let directory: TempDir
  private let ended = Mutex<Int32?>(nil)

  /// Beside the test bundle, where the build puts it.
  package static var path: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return ((own as NSString).deletingLastPathComponent as NSString).appendingPathComponent("spendfuse")
  }

  /// Starts it. `environment` is added to a bare one (PATH, HOME in `directory`).
  /// - Parameter wrapper: a program (its whole path) with arguments, to run the rest of its command line.
  package init(
    _ arguments: [String], in directory: TempDir, environment: [String: String] = [:],
    under wrapper: [String] = []
  ) throws {
    self.directory = directory
    var variables = ["PATH": "/usr/bin:/bin", "HOME": directory.path, "TZ": "UTC", "NO_COLOR": "1"]
    variables.merge(environment) { _, new in new }
    if let libraries = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] {
      variables["LD_LIBRARY_PATH"] = libraries
    }
    let command = wrapper + [Program.path] + arguments
    var argv = command.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for pointer in argv + envp { free(pointer) }
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let name = UUID().uuidString
    outputPath = directory.file(".out-\(name)")
    errorsPath = directory.file(".err-\(name)")
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorsPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    var started: pid_t = 0
    guard posix_spawn(&started, command[0], &actions, nil, &argv, &envp) == 0 else { throw DidNotStart() }
    pid = started
  }

  private let outputPath: String
  private let errorsPath: String

  deinit {
    if poll() == nil {
      kill(SIGKILL)
      _ = wait()
    }
  }

  package var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
  package var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

  package func kill(_ signal: Int32) { Glibc.kill(pid, signal) }

  /// Its exit status once it has ended.
  package func poll() -> Int32? { reap(WNOHANG) }

  /// Waits for its end; nil when the time is over.
  package func wait(within deadline: Duration = .seconds(20)) -> Int32? {
    _ = eventually(within: deadline) { poll() != nil }
    return poll()
  }

  private func reap(_ options: Int32) -> Int32? {
    ended.withLock { ended in
      if let ended { return ended }
      var status: Int32 = 0
      guard waitpid(pid, &status, options) == pid else { return nil }
      ended = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
      return ended
    }
  }

  /// Runs it to its end.
  package static func run(_ arguments: [String], in directory: TempDir, environment: [String: String] = [:])
    throws -> Finished
  {
    let program = try Program(arguments, in: directory, environment: environment)
    let status = program.wait(within: .seconds(60)) ?? -1
    return Finished(status: status, output: program.output, errors: program.errors)
  }
}
