/// Pages as they are stored.
extension SeriesTable {
  /// 2 had no sliding windows.
  private static let versions: ClosedRange<UInt8> = 2...3

  /// The stored form of page `index`.
  func encoded(page index: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(SeriesTable.versions.upperBound)
    writer.string(StoredColumns.text(of: layout))
    let rows = index < pages.count ? rows(index) : SeriesRows(layout)
    let subjects = rows.words.count / layout.stride
    writer.unsigned(UInt64(subjects))
    for subject in 0..<subjects {
      let base = subject * layout.stride
      writer.signed(rows.words[base])
      for place in layout.windows where place.ring == nil {
        let words = place.window.words
        for word in 0..<words.head + words.sum * place.slots.count {
          writer.signed(rows.words[base + place.start + word])
        }
      }
    }
    StoredRings.write(rows, layout, to: &writer)
    return writer.bytes
  }

  /// Takes in a stored page of this or another layout: sums are found by window and metric; what this layout lacks is dropped, and so are
  /// the sums that the page is `without`: an earlier rule's of the same name, which has not been kept up since.
  /// - Parameter subjects: how many there are; a page of others is damaged.
  /// Returns false if the bytes are damaged, or of a build with other widths.
  mutating func restore(
    page index: Int, sequence: Int64, _ blob: [UInt8], without: [SeriesLayout.Sum] = [],
    subjects: Int = .max
  ) -> Bool {
    var reader = ByteReader(blob)
    let version = reader.byte()
    guard SeriesTable.versions.contains(version),
      let columns = StoredColumns.places(reader.string(), in: layout, without: without)
    else { return false }
    let stored = reader.number(Int.self)
    guard !reader.failed, stored <= SeriesTable.pageSize, index >= 0, index < 1 << 24,
      index * SeriesTable.pageSize + stored <= subjects
    else { return false }
    if stored > 0 { ensure(SeriesID(index * SeriesTable.pageSize + stored - 1)) }
    guard index < pages.count else { return stored == 0 && !reader.failed }
    var isReadable = true
    let layout = layout
    change(index) { page in
      var newest = EngineTime.distantPast
      for subject in 0..<stored {
        let base = subject * layout.stride
        page.rows.words[base] = reader.signed()
        newest = max(newest, EngineTime(milliseconds: page.rows.words[base]))
        for column in columns {
          let word = reader.signed()
          if let column { page.rows.words[base + column] = word }
        }
      }
      if version > 2 {
        isReadable = StoredRings.read(&reader, into: &page.rows, layout, subjects: stored, without: without)
      }
      (page.sequence, page.usedAt) = (sequence, newest)
    }
    guard isReadable else { return false }
    return !reader.failed && reader.isAtEnd
  }
}
