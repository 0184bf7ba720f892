import SpendEngine

/// Amounts as a person would write a limit.
package enum HumaneAmount {
  /// The least amount of two significant digits that is not below this one: 2.41 → 2.5, 37.2 → 38. Never below what it was made from.
  package static func roundedUp(_ amount: Int64) -> Int64 {
    guard amount > 0 else { return 0 }
    var step: Int64 = 1
    while amount / step >= 100 { step *= 10 }
    let whole = amount / step + (amount % step > 0 ? 1 : 0)
    let (product, overflow) = whole.multipliedReportingOverflow(by: step)
    return overflow ? .max : product
  }

  /// `amount` times a factor of so many thousandths, rounded up to the unit.
  package static func times(_ amount: Int64, thousandths: Int64) -> Int64 {
    Int64(clamping: (Int128(amount) * Int128(thousandths) + 999) / 1_000)
  }

  /// `2.5`, `1.5`, `2`: thousandths as people write them.
  package static func factor(_ thousandths: Int64) -> String {
    NanoUSD(rawValue: thousandths.multipliedReportingOverflow(by: 1_000_000).partialValue).decimal
  }
}
