/// The sliding windows of a stored page, behind its fixed words: their number, then for each its name, its buckets and metrics
/// (`5m/12:spend,requests`), and for each subject its buckets as a blob, empty where it has none. So a window that a build does not know, or
/// does not want, is passed over.
enum StoredRings {
  static func write(_ rows: SeriesRows, _ layout: SeriesLayout, to writer: inout ByteWriter) {
    let places = layout.windows.filter { $0.ring != nil }
    writer.unsigned(UInt64(places.count))
    for place in places {
      writer.string(name(of: place))
      for base in stride(from: 0, to: rows.words.count, by: layout.stride) {
        writer.blob(packed(rows, base, place))
      }
    }
  }

  private static func name(of place: SeriesLayout.WindowPlace) -> String {
    "\(place.window.name)/\(place.ring?.shape.buckets ?? 0):"
      + place.slots.map(\.metric.rawValue).joined(separator: ",")
  }

  private static func packed(_ rows: SeriesRows, _ base: Int, _ place: SeriesLayout.WindowPlace) -> [UInt8] {
    let newest = rows.words[base + place.start]
    if newest == .min { return [] }
    var writer = ByteWriter()
    writer.signed(newest)
    if rows.words[base + place.start + 1] == 0 {
      // Most subjects: everything is in the newest bucket.
      writer.unsigned(0)
      for slot in place.slots { writer.signed(rows.words[base + slot.offset]) }
      return writer.bytes
    }
    let slots = place.slots.map { slot in
      Dictionary(
        uniqueKeysWithValues: rows.buckets(base, place, offset: slot.offset).map { ($0.bucket, $0.amount) })
    }
    // The newest is there even where nothing of it is left.
    let numbers = slots.reduce(into: Set([newest])) { $0.formUnion($1.keys) }.sorted()
    for bucket in numbers {
      writer.unsigned(UInt64(bitPattern: newest &- bucket))
      for slot in slots { writer.signed(slot[bucket] ?? 0) }
    }
    return writer.bytes
  }

  /// Reads what `write` wrote into subjects that are there.
  /// - Parameter without: sums that are not wanted.
  /// - Returns: false where the bytes are damaged, or of a build that cuts a window in other buckets.
  static func read(
    _ reader: inout ByteReader, into rows: inout SeriesRows, _ layout: SeriesLayout, subjects: Int,
    without: [SeriesLayout.Sum]
  ) -> Bool {
    let count = reader.number(Int.self)
    guard count <= 1 << 10 else { return false }
    for _ in 0..<count {
      guard let (window, buckets, metrics) = parts(of: reader.string()) else { return false }
      let place = window.flatMap { window in layout.windows.first { $0.window == window && $0.ring != nil } }
      if let ring = place?.ring, ring.shape.buckets != buckets { return false }
      for subject in 0..<subjects {
        let blob = reader.blob()
        if reader.failed { return false }
        guard let place, !blob.isEmpty else { continue }
        let isRead = read(
          blob, metrics, into: &rows, base: subject * layout.stride, place, without: without)
        if !isRead { return false }
      }
    }
    return !reader.failed
  }

  private static func parts(of name: String) -> (window: Window?, buckets: Int, metrics: [Metric?])? {
    let halves = name.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[1].utf8.count <= 1 << 12 else { return nil }
    let shape = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    guard shape.count == 2, let buckets = Int(shape[1]), (1...1 << 12).contains(buckets) else { return nil }
    let window = Window(name: String(shape[0])).flatMap { $0.slides ? $0 : nil }
    let metrics = halves[1].split(separator: ",", omittingEmptySubsequences: false).map {
      Metric(rawValue: String($0))
    }
    return (window, buckets, metrics)
  }

  private static func read(
    _ blob: ArraySlice<UInt8>, _ metrics: [Metric?], into rows: inout SeriesRows, base: Int,
    _ place: SeriesLayout.WindowPlace, without: [SeriesLayout.Sum]
  ) -> Bool {
    guard let shape = place.ring?.shape else { return false }
    var reader = ByteReader(Array(blob))
    let newest = reader.signed()
    // Of an instant that can be counted in milliseconds; no time of a record is outside.
    guard newest.multipliedReportingOverflow(by: shape.width).overflow == false,
      newest > .min + Int64(shape.places), newest < .max / shape.width - Int64(shape.places)
    else { return false }
    while !reader.isAtEnd {
      let age = reader.unsigned()
      var amounts: [Metric: Int64] = [:]
      for metric in metrics {
        let amount = reader.signed()
        guard let metric, !without.contains(.init(window: place.window, metric: metric)) else { continue }
        amounts[metric] = amount
      }
      guard !reader.failed, age <= UInt64(shape.buckets) else { return false }
      rows.put(base, place, bucket: newest - Int64(age)) { amounts[$0.metric] ?? 0 }
    }
    return !reader.failed
  }
}
