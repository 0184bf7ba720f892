internal import CScan

/// Natural logarithms and their inverse, in Double.
enum Logarithm {
  /// - Parameter value: > 0.
  static func natural(_ value: Double) -> Double { natural_log(value) }
  static func exp(_ value: Double) -> Double { natural_exp(value) }

  static let two = 0.693147180559945309
  static let ten = 2.302585092994045684
}
