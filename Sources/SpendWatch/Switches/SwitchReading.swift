import SpendEngine

/// What stands in a switch under one name.
struct SwitchReading: Hashable {
  enum End: Hashable {
    case never
    case at(EngineTime)
  }
  /// Somebody who asks now is denied.
  var isHalted: Bool
  /// The JSON beside the flag, raw: anybody may have written it. It can be there without a flag.
  var reason: [UInt8]?
  var end: End

  static let absent = SwitchReading(isHalted: false, reason: nil, end: .never)
}

/// What to do about a reading.
enum SwitchStep: Hashable {
  /// It is as we want it.
  case keep
  /// Write ours.
  case write
  /// It is ours, and no longer wanted.
  case remove
  /// Somebody else's halt: left as it is. If we want the subject halted too, it is.
  case leave
  /// Nothing there, and nothing wanted.
  case nothing

  /// A foreign halt that ends this soon is replaced by ours, so that there is no gap.
  static let takeOver: Milliseconds = 5 * .second

  /// - Parameters:
  ///   - wanted: nil = not halted by us.
  ///   - isKnown: we wrote this place and nobody else's halt was seen there since.
  init(_ reading: SwitchReading, wanted: WrittenReason?, isKnown: Bool, writer: String, now: EngineTime) {
    // Nearly always so: nothing to parse.
    if let wanted, reading.isHalted, reading.reason == wanted.json,
      (reading.end == .never) == (wanted.end == nil)
    {
      self = .keep
      return
    }
    let author = reading.reason.flatMap(HaltReason.init(json:))?.writer
    // A reason that is gone or garbled in a place we wrote was tampered with; another's readable reason means it is theirs.
    let isOurs = author == writer || (author == nil && isKnown)
    guard let wanted else {
      if isOurs, reading != .absent { self = .remove } else { self = reading.isHalted ? .leave : .nothing }
      return
    }
    guard reading.isHalted, !isOurs else {
      self = .write
      return
    }
    if case .at(let end) = reading.end, end <= now + Self.takeOver, (wanted.end ?? .distantFuture) > end {
      self = .write
    } else {
      self = .leave
    }
  }
}
