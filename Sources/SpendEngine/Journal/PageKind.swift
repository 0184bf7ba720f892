/// What a page holds: the topmost byte of its id, stored. Never reuse one.
enum PageKind: Int64, CaseIterable {
  /// Sums of 256 subjects of one `per`: `per` in bits 40 to 47, the page's number below.
  case series = 1
  /// Request ids of one day and partition (`SeenTable.page`).
  case seen = 2
  /// What a spike rule knows of 64 subjects (`SpikeTable`).
  case spike = 3

  /// nil for a page that this build does not know.
  init?(page id: Int64) { self.init(rawValue: id >> 56) }

  var tag: Int64 { rawValue << 56 }
}

/// A page of series by its id.
struct SeriesPage: Equatable {
  var per: Per
  var number: Int

  init(per: Per, number: Int) {
    self.per = per
    self.number = number
  }

  /// - Parameter id: of `PageKind.series`.
  /// - Returns: nil where it counts by what this build does not know.
  init?(id: Int64) {
    guard id >> 48 & 0xff == 0, let per = Per(stored: UInt8(truncatingIfNeeded: id >> 40)) else { return nil }
    self.per = per
    number = Int(id & 0xff_ffff_ffff)
  }

  var id: Int64 { PageKind.series.tag | Int64(per.rawValue) << 40 | Int64(number) }
}
