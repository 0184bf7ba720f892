/// What the fixed words of a stored page are, by window and metric, each with its width: `day*1:spend*3,requests*3 lifetime*0:spend*1`. A build
/// reads by the widths that are written, so that what it does not know or does not want is passed over, and nothing behind it is shifted.
enum StoredColumns {
  /// A series has fewer words: a page that says more is damaged.
  private static let most = 1 << 12

  static func text(of layout: SeriesLayout) -> String {
    layout.windows.filter { $0.ring == nil }.map { place in
      let words = place.window.words
      return "\(place.window.name)*\(words.head):"
        + place.slots.map { "\($0.metric.rawValue)*\(words.sum)" }.joined(separator: ",")
    }.joined(separator: " ")
  }

  /// For each stored word after the first, where it goes in `layout`; nil for one that has no place there.
  /// - Returns: nil where the text cannot be read, or says another width than this build has for what it knows.
  static func places(
    _ text: String, in layout: SeriesLayout, without: [SeriesLayout.Sum] = []
  ) -> [Int?]? {
    var places: [Int?] = []
    if text.isEmpty { return [] }
    for part in text.split(separator: " ", omittingEmptySubsequences: false) {
      let halves = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, let (name, head) = sized(halves[0]) else { return nil }
      // The words of a sliding window stand apart (`StoredRings`).
      let window = Window(name: name).flatMap { $0.slides ? nil : $0 }
      if let window, window.words.head != head { return nil }
      let place = window.flatMap { window in layout.windows.first { $0.window == window } }
      for word in 0..<head { places.append(place.map { $0.start + word }) }
      for column in halves[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let (name, width) = sized(column) else { return nil }
        let metric = Metric(rawValue: name)
        if let window, metric != nil, window.words.sum != width { return nil }
        let slot = place?.slots.first { slot in
          slot.metric == metric && !without.contains { $0.window == window && $0.metric == slot.metric }
        }
        for word in 0..<width { places.append(slot.map { $0.offset + word }) }
        if places.count > most { return nil }
      }
    }
    return places
  }

  /// `spend*3`: a name and a width.
  private static func sized(_ text: Substring) -> (name: String, width: Int)? {
    let halves = text.split(separator: "*", omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty, let width = Int(halves[1]), (0...most).contains(width) else {
      return nil
    }
    return (String(halves[0]), width)
  }
}
