import Glibc
package import SpendEngine

/// What ended a wait.
package struct Wake: Sendable, Hashable {
  /// Something changed among the files: scan, then read.
  package var files: Bool
  /// The other descriptor has something to read.
  package var other: Bool
}

extension Tailer {
  /// Waits until a file changed, `descriptor` can be read, or the time is over.
  /// - Parameters:
  ///   - timeout: in milliseconds; below 0 = no end.
  ///   - descriptor: polled beside the files, as the mailbox's eventfd; below 0 = none.
  package mutating func wait(timeout: Milliseconds, alsoPolling descriptor: Int32 = -1) -> Wake {
    var polled = [
      pollfd(fd: watches.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: unpacking.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // A signal ends the wait like the time does: the loop comes back.
    let count = poll(&polled, nfds_t(polled.count), Int32(clamping: timeout))
    guard count > 0 else { return Wake(files: false, other: false) }
    if polled[0].revents != 0 { takeHints() }
    let isUnpacked = polled[2].revents != 0
    return Wake(files: polled[0].revents != 0 || isUnpacked, other: polled[1].revents != 0)
  }

  private mutating func takeHints() {
    var events: [DirectoryWatches.Event] = []
    if watches.drain({ events.append($0) }) {
      counts.overflows += 1
      nextScan = .min
    }
    for event in events {
      if event.isWrite, let slot = slotOfPath[event.path], generations[slot].row.state != .closed {
        enqueue(slot)
      } else if slotOfPath[event.path] != nil || problemsByPath[event.path] != nil || leads(event.path) {
        hints.insert(event.path)
      }
    }
  }

  /// Whether some source names the path, or something below it.
  private func leads(_ path: RawPath) -> Bool {
    sources.contains { $0.glob.leads(path) }
  }
}
