/// The calls of one event-time day, in partitions that are small enough to be pages. A partition keeps exact entries; once its day is
/// old it is pressed into a sorted run of fingerprints (8 bytes a call): seen again = duplicate.
struct SeenDay: Sendable {
  static let partitions = 16

  struct Partition: Sendable {
    var entries: [UInt64: SeenEntry] = [:]
    /// Ascending.
    var run: [UInt64] = []

    var isEmpty: Bool { entries.isEmpty && run.isEmpty }
    var count: Int { entries.count + run.count }

    func runContains(_ fingerprint: UInt64) -> Bool {
      var low = 0
      var high = run.count
      while low < high {
        let middle = (low + high) / 2
        if run[middle] < fingerprint { low = middle + 1 } else { high = middle }
      }
      return low < run.count && run[low] == fingerprint
    }

    /// Presses the exact entries into the run.
    mutating func compact() {
      guard !entries.isEmpty else { return }
      run.append(contentsOf: entries.keys)
      run.sort()
      entries = [:]
    }

    func encoded() -> [UInt8] {
      var writer = ByteWriter()
      writer.byte(1)
      writer.unsigned(UInt64(run.count))
      for fingerprint in run { writer.fixed(fingerprint) }
      writer.unsigned(UInt64(entries.count))
      for entry in entries.values { entry.write(&writer) }
      return writer.bytes
    }

    init() {}

    /// nil where the bytes are damaged or of another version.
    init?(_ blob: [UInt8]) {
      var reader = ByteReader(blob)
      guard reader.byte() == 1 else { return nil }
      let fingerprints = reader.number(Int.self)
      // Lengths are not believed: a damaged one may be anything.
      while run.count < fingerprints, !reader.failed {
        let next = reader.fixed()
        // Out of order it would be searched in vain: calls would count again.
        if let last = run.last, next < last { return nil }
        run.append(next)
      }
      let exact = reader.number(Int.self)
      var left = exact
      while left > 0, !reader.failed {
        let entry = SeenEntry(&reader)
        entries[entry.fingerprint] = entry
        left -= 1
      }
      if reader.failed || !reader.isAtEnd { return nil }
    }
  }

  var parts = [Partition](repeating: Partition(), count: partitions)

  static func partition(of fingerprint: UInt64) -> Int { Int(fingerprint >> 60) }
}
