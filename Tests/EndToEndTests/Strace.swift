import Foundation
import Glibc
import Support
import Testing

/// System calls of a running process that fail for as long as this lives: `strace` attached to it.
final class Strace: Sendable {
  static let isAvailable: Bool = {
    guard access(path, X_OK) == 0, let trial = try? run(["-f", "-o", "/dev/null", "/bin/true"]) else {
      return false
    }
    trial.waitUntilExit()
    return trial.terminationStatus == 0
  }()
  private static let path = "/usr/bin/strace"
  private let process: Process
  private let tracee: pid_t

  /// - Parameter inject: as strace's, without the word: `fdatasync,fsync:error=EIO`.
  init(_ pid: pid_t, inject: String) throws {
    tracee = pid
    let calls = inject.prefix { $0 != ":" }
    process = try Self.run(
      ["-f", "-qq", "-o", "/dev/null", "-p", "\(pid)", "-e", "trace=\(calls)", "-e", "inject=\(inject)"])
    let pid = tracee
    #expect(eventually { Self.isTraced(pid, true) }, "strace did not get hold of it")
  }

  /// The calls succeed again.
  func heal() {
    process.interrupt()
    process.waitUntilExit()
    let pid = tracee
    #expect(eventually { Self.isTraced(pid, false) })
  }

  deinit { if process.isRunning { process.terminate() } }

  private static func run(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Whether all threads are, or none is.
  private static func isTraced(_ pid: pid_t, _ wanted: Bool) -> Bool {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return !tasks.isEmpty
      && tasks.allSatisfy { task in
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/status", encoding: .utf8)) ?? ""
        return text.contains("TracerPid:\t0\n") != wanted
      }
  }
}
