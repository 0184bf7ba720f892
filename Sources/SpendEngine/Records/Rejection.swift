/// Why a record was not counted. Raw values are stored: never reuse one.
package enum Rejection: UInt8, CaseIterable, Sendable, Hashable, Error {
  /// Not a JSON object: plain text, binary junk, a bare value.
  case notObject = 0
  /// Begins as an object and breaks JSON's grammar, or nests deeper than 64.
  case malformed = 1
  /// A line end, or the end of a file that will not grow, inside an open object.
  case torn = 2
  /// Longer than 64 MB.
  case tooLong = 3
  /// An object of no known format.
  case unknownFormat = 4
  /// A count or a cost below zero.
  case negative = 5
  /// A number that is not one, or too large to be true (over 1e12 tokens, over 1e9 USD).
  case badNumber = 6
  /// A time that cannot be read.
  case badTime = 7
  /// A field of the wrong type (an object where a number belongs).
  case badField = 8
  /// The process died at it twice: passed over unread.
  case quarantined = 9
  /// In a file that is read anew at each change, and without an id or a time: it could not be told from a call that was counted.
  case noIdentity = 10

  /// As in `status` and `report --json`.
  package var name: String {
    switch self {
    case .notObject: "not_object"
    case .malformed: "malformed"
    case .torn: "torn"
    case .tooLong: "too_long"
    case .unknownFormat: "unknown_format"
    case .negative: "negative"
    case .badNumber: "bad_number"
    case .badTime: "bad_time"
    case .badField: "bad_field"
    case .quarantined: "quarantined"
    case .noIdentity: "no_id"
    }
  }
}
