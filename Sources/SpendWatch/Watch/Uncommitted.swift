/// What was folded and is not on disk: the batches under way, the oldest first, and what follows from it. Pure bookkeeping of the reader.
struct Uncommitted: Sendable {
  /// A batch this large is sealed although others are under way: whatever the disk does, no batch is too large for it. Bytes.
  static let batchLimit = 8 << 20
  /// A batch this large is sealed before its time, where none is under way. Bytes.
  static let batchBytes = 4 << 20
  /// Above this, the backlog waits; live records fold all the same. Bytes.
  static let backlogLimit = 32 << 20
  /// Above this nothing is read at all: memory is not endless either. Bytes.
  static let limit = 256 << 20
  /// Milliseconds between seals; decisions do not wait for it.
  static let sealPeriod: Int64 = 150

  private var sizes: [Int] = []
  private var committed = 0
  /// Counts batches from the first one of this process on; nil = all are on disk.
  var oldest: Int? { sizes.isEmpty ? nil : committed }
  /// Of all batches under way.
  private(set) var bytes = 0

  var isEmpty: Bool { sizes.isEmpty }

  mutating func send(_ bytes: Int) {
    sizes.append(bytes)
    self.bytes += bytes
  }

  /// The oldest is on disk.
  mutating func commit() {
    guard !sizes.isEmpty else { return }
    bytes -= sizes.removeFirst()
    committed += 1
  }

  /// - Parameters:
  ///   - unsealed: bytes that no batch holds yet.
  ///   - isUrgent: decisions wait, or the last seal is long enough ago.
  func isSealDue(unsealed: Int, isUrgent: Bool) -> Bool {
    if unsealed >= Uncommitted.batchLimit { return true }
    return isEmpty && (isUrgent || unsealed >= Uncommitted.batchBytes)
  }

  func mayReadBacklog(unsealed: Int) -> Bool { bytes + unsealed < Uncommitted.backlogLimit }
  func mayRead(unsealed: Int) -> Bool { bytes + unsealed < Uncommitted.limit }
}
