import SpendEngine

/// What calls of some size cost with the models of a price table: limits are measured by it.
struct CallCosts {
  /// Tokens of a call.
  struct Size {
    var input: Int64
    var output: Int64

    /// A prompt with some context, and an answer.
    static let ordinary = Size(input: 10_000, output: 1_000)
    /// More than any model takes or puts out.
    static let largest = Size(input: 10_000_000, output: 1_000_000)

    /// `10,000 input and 1,000 output tokens`
    var text: String { "\(input.grouped) input and \(output.grouped) output tokens" }
  }

  struct Cost {
    var model: String
    var amount: NanoUSD

    /// `$0.045 (claude-sonnet-4-5)`
    var text: String { "\(amount.text) (\(model))" }
  }

  private let prices: PriceTable
  /// Of an ordinary call by every model that a name can lead to, the cheapest first.
  let ordinary: [Cost]

  init(_ prices: PriceTable) {
    self.prices = prices
    ordinary = prices.inUse.map {
      Cost(model: $0.row.name, amount: CallCosts.cost(.ordinary, $0.row, prices))
    }
    .sorted { ($0.amount, $0.model) < ($1.amount, $1.model) }
  }

  /// Of an ordinary call by this model; nil where it has no price of its own.
  func ordinary(of model: String) -> NanoUSD? {
    let (row, isGuess) = prices.row(for: model)
    return isGuess ? nil : CallCosts.cost(.ordinary, row, prices)
  }

  /// Of the largest call there can be, by the model for which it costs most.
  var largest: Cost? {
    prices.inUse.map { Cost(model: $0.row.name, amount: CallCosts.cost(.largest, $0.row, prices)) }
      .max { ($0.amount, $1.model) < ($1.amount, $0.model) }
  }

  private static func cost(_ size: Size, _ row: PriceRow, _ prices: PriceTable) -> NanoUSD {
    var tokens = TokenBuckets()
    tokens.freshInput = size.input
    tokens.output = size.output
    return prices.cost(of: tokens, row: row)
  }
}
