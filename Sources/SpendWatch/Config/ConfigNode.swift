/// A value of a rules file, with the place where it stands.
struct ConfigNode {
  struct Entry {
    var key: String
    var keyPlace: Place
    var value: ConfigNode
  }
  enum Content {
    /// `isPlain`: written without quotes.
    case scalar(String, isPlain: Bool)
    case list([ConfigNode])
    /// Each key once, in the order written.
    case map([Entry])
  }
  var place: Place
  var content: Content

  /// Nothing is written where a value belongs.
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// For messages: "a list where ... belongs".
  var noun: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a single value"
    case .list: "a list"
    case .map: "a section"
    }
  }
}
