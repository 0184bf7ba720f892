import Foundation
import Glibc

/// A tmpfs of a few megabytes, gone with its last reference.
package final class SmallDisk {
  private let temp = TempDir("disk")
  package var path: String { temp.path }

  package static var isAvailable: Bool { SmallDisk(megabytes: 1) != nil }

  package init?(megabytes: Int) {
    guard geteuid() == 0, mount("tmpfs", temp.path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
      return nil
    }
  }
  /// Takes what is left, to the last page.
  package func fill() {
    let descriptor = open(path + "/rest", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let page = [UInt8](repeating: 0, count: 4_096)
    while write(descriptor, page, page.count) > 0 {}
    close(descriptor)
  }
  /// Frees what `fill` and `path/filler` took.
  package func empty() {
    unlink(path + "/rest")
    unlink(path + "/filler")
  }
  deinit { umount2(temp.path, Int32(MNT_DETACH)) }
}
