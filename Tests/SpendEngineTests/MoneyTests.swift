import SpendEngine
import Testing

@Suite struct MoneyTests {
  @Test(
    arguments: [
      (Int64.max, Int64(1), Int64.max), (Int64.min, -1, Int64.min), (2, 3, 5), (-2, -3, -5),
      (Int64.max, Int64.min, -1),
    ] as [(Int64, Int64, Int64)])
  func addsSaturating(a: Int64, b: Int64, sum: Int64) {
    #expect((NanoUSD(rawValue: a) + NanoUSD(rawValue: b)).rawValue == sum)
  }

  @Test(
    arguments: [
      (Int64.min, 1, Int64.min), (.max, -1, .max), (2, 3, -1), (0, .min, .max),
    ] as [(Int64, Int64, Int64)])
  func subtractsSaturating(a: Int64, b: Int64, difference: Int64) {
    #expect((NanoUSD(rawValue: a) - NanoUSD(rawValue: b)).rawValue == difference)
  }
}
