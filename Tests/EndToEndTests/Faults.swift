import Foundation
import Glibc
import Support
import Testing

/// Calls of a running program that fail while this says so: a library of the tests, preloaded into it, stands before libc's.
final class Faults: Sendable {
  /// In the order of `fault_call` in faults.h.
  enum Call: Int, CaseIterable { case writeAt, sync, truncate, clock }
  static let writes: [Call] = [.writeAt, .sync, .truncate]

  let environment: [String: String]
  private let path: String

  init(in directory: TempDir) throws {
    path = directory.file(".faults")
    try Data(count: Call.allCases.count * 4).write(to: URL(fileURLWithPath: path))
    let library = (Program.path as NSString).deletingLastPathComponent + "/libFaults.so"
    try #require(access(library, R_OK) == 0, "it is built with the tests")
    environment = ["LD_PRELOAD": library, "SPENDFUSE_FAULTS": path]
  }

  /// From now on each of the calls fails with `number`; 0 heals them. The clock is so many seconds ahead.
  func set(_ calls: [Call], _ number: Int32) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    for call in calls {
      try file.seek(toOffset: UInt64(call.rawValue * 4))
      withUnsafeBytes(of: number) { file.write(Data($0)) }
    }
    try file.close()
  }
}
