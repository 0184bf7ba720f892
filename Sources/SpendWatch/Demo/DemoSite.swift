internal import Foundation

/// The place where a demo happens: rules, a log, a state and halts in a temporary directory of its own. Nothing outside of it is touched.
package final class DemoSite: Sendable {
  package let path: String
  private let log: Int32

  package var rulesPath: String { path + "/rules.yaml" }
  package var logPath: String { path + "/logs/usage.jsonl" }
  package var haltsPath: String { path + "/halts" }
  package var state: StateDirectory { StateDirectory(path + "/state") }

  /// Makes it, with an empty log.
  /// - Parameter parent: where; by default `$TMPDIR`, else /tmp.
  package init(in parent: String? = nil) throws(DemoFailure) {
    let given = ProcessInfo.environmentNow["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    var parent = parent ?? given ?? "/tmp"
    if !parent.hasPrefix("/") { parent = FileManager.default.currentDirectoryPath + "/" + parent }
    while parent.count > 1, parent.hasSuffix("/") { parent.removeLast() }
    let template = parent + "/spendfuse-demo-XXXXXX"
    guard template.utf8.count + "/state/control.sock".utf8.count <= UnixAddress.longestPath else {
      throw DemoFailure(
        description:
          "the temporary directory \(parent) has too long a path for a socket; run it with a shorter one: "
          + "TMPDIR=/tmp spendfuse demo")
    }
    var bytes = Array(template.utf8CString)
    guard mkdtemp(&bytes) != nil else {
      throw DemoFailure(
        description:
          "no temporary directory can be made in \(parent): \(SystemError.text(errno)); name another one: "
          + "TMPDIR=/var/tmp spendfuse demo")
    }
    path = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do throws(DemoFailure) {
      try DemoSite.makeDirectory(path + "/logs")
      try DemoSite.makeDirectory(path + "/halts")
      let rules = try DemoSite.create(path + "/rules.yaml")
      defer { close(rules) }
      try DemoSite.write(DemoRules.text, to: rules, path + "/rules.yaml")
      log = try DemoSite.create(path + "/logs/usage.jsonl")
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  deinit { close(log) }

  /// Appends to the log, in one write where the disk takes it.
  package func append(_ text: String) throws(DemoFailure) { try DemoSite.write(text, to: log, logPath) }

  /// Removes all of it. Twice is fine.
  package func remove() throws(DemoFailure) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw DemoFailure(
        description: "\(path) could not be removed: \(error.localizedDescription); remove it yourself")
    }
  }

  private static func makeDirectory(_ path: String) throws(DemoFailure) {
    guard mkdir(path, 0o755) == 0 else { throw failure("cannot make", path) }
  }

  private static func create(_ path: String) throws(DemoFailure) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("cannot make", path) }
    return descriptor
  }

  private static func write(_ text: String, to descriptor: Int32, _ path: String) throws(DemoFailure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot write", path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func failure(_ what: String, _ path: String) -> DemoFailure {
    DemoFailure(
      description:
        "\(what) \(path): \(SystemError.text(errno)); make room there, or name another place: "
        + "TMPDIR=/var/tmp spendfuse demo")
  }
}
