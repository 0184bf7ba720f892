/// How far a subject's values usually go above their usual top, in three numbers: the tail of a logarithm is taken for exponential, so that
/// of the money is Pareto's, and heavy-tailed costs raise the bar by themselves. Judge first, learn afterwards.
struct TailCalibrator: Sendable {
  /// u: the 1 - q quantile of the values, which are logarithms of ratios; >= 0.
  private(set) var top: Float
  /// The sum and the number of excesses over it that are remembered; their quotient is b.
  private(set) var excess: Float
  private(set) var exceeding: Float
  /// Values learnt.
  private(set) var seen: UInt32 = 0

  /// k0: pseudo-values, so that an unknown subject is taken for a wild one.
  static let assumed = 20.0
  /// eta: about 200 values of memory.
  static let rate = 0.005
  /// N: excesses that are remembered.
  static let remembered = 60.0
  /// The most that one excess teaches.
  static let cap = 1.5
  /// exp(2) = 7x is the usual top until shown otherwise.
  static let firstTop: Float = 2
  /// A subject as regular as a clock: b may be as small as it likes, but a quotient by it must stay a number.
  private static let leastScale = 1e-6

  init(_ horizon: SpikeHorizon) {
    top = TailCalibrator.firstTop
    excess = Float(TailCalibrator.assumed * horizon.wildness)
    exceeding = Float(TailCalibrator.assumed)
  }

  /// b: the mean excess; > 0.
  var scale: Double { max(Double(excess) / Double(exceeding), TailCalibrator.leastScale) }

  /// -ln of the chance of a value as high: 0 up to the usual top.
  /// - Parameter wide: how many times wider than learnt the tail is taken to be; >= 1.
  func surprise(_ value: Double, _ horizon: SpikeHorizon, wide: Double = 1) -> Double {
    let above = value - Double(top)
    return above > 0 ? horizon.rarity + above / (scale * wide) : 0
  }

  mutating func learn(_ value: Double, _ horizon: SpikeHorizon) {
    if seen < .max { seen += 1 }
    let rate = max(TailCalibrator.rate, 1 / (Double(seen) + TailCalibrator.assumed))
    let above = value - Double(top)
    guard above > 0 else {
      top = Float(max(Double(top) - 2 * rate * horizon.share, 0))
      return
    }
    var sum = Double(excess) + min(above, TailCalibrator.cap)
    var count = Double(exceeding) + 1
    if count > TailCalibrator.remembered {
      sum *= TailCalibrator.remembered / count
      count = TailCalibrator.remembered
    }
    excess = Float(sum)
    exceeding = Float(count)
    top = Float(Double(top) + 2 * rate * (1 - horizon.share))
  }

  func write(_ writer: inout ByteWriter) {
    writer.float(top)
    writer.float(excess)
    writer.float(exceeding)
    writer.unsigned(UInt64(seen))
  }

  /// nil where no learning leads to these numbers.
  init?(_ reader: inout ByteReader) {
    top = reader.float()
    excess = reader.float()
    exceeding = reader.float()
    seen = reader.number()
    guard (0...100).contains(top), (0...1_000).contains(excess), (1...100).contains(exceeding) else {
      return nil
    }
  }
}
