import Foundation
import Glibc

/// A small ext4 of its own, on a file. Taken away when the last reference goes.
package final class LoopDisk {
  private let temp = TempDir("loop")
  package var path: String { temp.file("mount") }

  package static var isAvailable: Bool { LoopDisk(megabytes: 8) != nil }

  /// nil without the rights or the programs.
  package init?(megabytes: Int) {
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.ext4") else {
      return nil
    }
    let image = temp.file("image")
    let descriptor = open(image, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(megabytes << 20)) == 0 else { return nil }
    close(descriptor)
    guard mkdir(temp.file("mount"), 0o700) == 0, Self.run("/usr/sbin/mkfs.ext4", "-q", "-F", image),
      Self.run("/usr/bin/mount", "-o", "loop", image, temp.file("mount"))
    else { return nil }
  }
  deinit { umount2(path, Int32(MNT_DETACH)) }

  private static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
