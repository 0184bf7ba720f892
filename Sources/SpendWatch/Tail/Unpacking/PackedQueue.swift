import Glibc
import SpendEngine

/// Compressed files that wait to be unpacked, the next one first. The first of them are kept open: one that is deleted while it waits is
/// read all the same.
struct PackedQueue: ~Copyable {
  private(set) var ids: [FileID] = []
  private var open: [FileID: Int32] = [:]
  /// Kept open at most.
  static let mostOpen = 64

  init() {}
  deinit { for descriptor in open.values { close(descriptor) } }

  var isEmpty: Bool { ids.isEmpty }
  func contains(_ id: FileID) -> Bool { ids.contains(id) }

  /// - Parameter file: opens it; asked where there is room.
  mutating func append(_ id: FileID, opening file: () -> Int32?) {
    ids.append(id)
    if open.count < Self.mostOpen, let descriptor = file() { open[id] = descriptor }
  }

  /// The next one, with its descriptor, if it was kept: closed by who takes it.
  mutating func removeFirst() -> (id: FileID, descriptor: Int32?) {
    let id = ids.removeFirst()
    return (id, open.removeValue(forKey: id))
  }

  mutating func sort(by order: (FileID) -> (Int64, UInt32)) {
    ids = ids.map { (order($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
