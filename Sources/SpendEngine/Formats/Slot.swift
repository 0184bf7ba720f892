/// A wanted value as it was found in a record. Nothing is copied: it says where in the record (or in unescaped text) it stands.
struct Slot {
  enum Kind: UInt8 {
    case absent
    case null
    /// A string's bytes between its quotes.
    case string
    /// The same, with backslashes.
    case escapedString
    /// A number, or a word that claims to be one (`NaN`).
    case number
    case yes
    case no
    case object
    /// All of its text, with brackets.
    case array
  }

  var offset: UInt32 = 0
  var length: UInt32 = 0
  var kind = Kind.absent
  /// The offset counts from the start of the unescaped text, not of the record.
  var isUnescaped = false

  /// null, absent and "" are the same thing in logs.
  var isEmpty: Bool {
    switch kind {
    case .absent, .null: true
    case .string, .escapedString: length == 0
    default: false
    }
  }
}
