import SpendEngine

/// An amount of US dollars, exact to a nano-dollar (1e-9 USD). Sums are held at the ends of what 64 bits hold, +-9.2 billion dollars.
public struct USD: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 1e-9 USD.
  public var nanoDollars: Int64

  public init(nanoDollars: Int64) { self.nanoDollars = nanoDollars }

  /// Decimal text, `0.50`: digits with an optional sign and fraction; nil for anything else, for more than nine decimals and
  /// for more than 9.2 billion.
  public init?(_ text: String) {
    guard let scaled = try? DecimalText.scaled(text), let value = Int64(exactly: scaled) else { return nil }
    nanoDollars = value
  }

  /// Whole dollars.
  public static func dollars(_ count: Int) -> USD {
    USD(nanoDollars: Int64(count).multipliedSaturating(by: 1_000_000_000))
  }

  /// Hundredths of a dollar.
  public static func cents(_ count: Int) -> USD {
    USD(nanoDollars: Int64(count).multipliedSaturating(by: 10_000_000))
  }

  public static let zero = USD(nanoDollars: 0)

  public static func < (a: USD, b: USD) -> Bool { a.nanoDollars < b.nanoDollars }
  public static func + (a: USD, b: USD) -> USD {
    USD(nanoDollars: a.nanoDollars.addingSaturating(b.nanoDollars))
  }
  public static func - (a: USD, b: USD) -> USD {
    USD(nanoDollars: a.nanoDollars.subtractingSaturating(b.nanoDollars))
  }

  /// `$0.5031`, every digit that is not a zero at the end, and cents.
  public var description: String { NanoUSD(rawValue: nanoDollars).exactText }

  /// `0.5031`: as logs and JSON have it.
  public var decimal: String { NanoUSD(rawValue: nanoDollars).decimal }
}
