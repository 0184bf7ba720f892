/// What a spike is looked for in. Raw values are places in `SpikeState`, and stored.
package enum SpikeHorizon: Int, CaseIterable, Sendable, Hashable {
  case window = 0
  case hour = 1
  case day = 2

  /// q: the share of values above the usual top. Few independent values exist at 24 hours.
  var share: Double {
    switch self {
    case .window, .hour: 0.01
    case .day: 0.1
    }
  }
  /// -ln q
  var rarity: Double {
    switch self {
    case .window, .hour: 2 * Logarithm.ten
    case .day: Logarithm.ten
    }
  }
  /// beta0: how wild an unknown subject is taken to be; the mean excess of a logarithm.
  var wildness: Double {
    switch self {
    case .window, .hour: 0.35
    case .day: 0.1
    }
  }
  /// A longer horizon has fewer independent chances to be high by luck.
  var bonus: Double {
    switch self {
    case .window: 0
    case .hour: 3.5
    case .day: 8
    }
  }
  /// The share of ln(factor) that its ratio must reach.
  var exponent: Double {
    switch self {
    case .window: 1
    case .hour: 0.85
    case .day: 0.4
    }
  }
  /// How many of the rule's cushions are added to both sides of its ratio.
  var cushions: Double {
    switch self {
    case .window: 1
    case .hour: 0.5
    case .day: 4
    }
  }
}
