import SpendEngine

/// What calls cost: the price list that comes with spendfuse, with rows of your own on top.
public struct ModelPrices: Sendable {
  private var table: PriceTable

  /// The list that comes with this version of spendfuse. A list ages: `overriding` wins over it.
  public static let bundled = ModelPrices(table: .bundled)

  private init(table: PriceTable) { self.table = table }

  /// Of which day the list is: `bundled 2026-11-20`.
  public var origin: String { table.origin }

  /// Rates of a model of your own.
  public struct Rates: Hashable, Sendable {
    /// Per million tokens; what is nil costs what LiteLLM would take: no cache rate: the input rate; no 1-hour rate: the 5-minute
    /// rate; no reasoning rate: the output rate.
    public var input: USD
    public var output: USD
    public var cacheRead: USD?
    public var cacheWrite5m: USD?
    public var cacheWrite1h: USD?
    public var reasoning: USD?

    public init(
      input: USD, output: USD, cacheRead: USD? = nil, cacheWrite5m: USD? = nil, cacheWrite1h: USD? = nil,
      reasoning: USD? = nil
    ) {
      self.input = input
      self.output = output
      self.cacheRead = cacheRead
      self.cacheWrite5m = cacheWrite5m
      self.cacheWrite1h = cacheWrite1h
      self.reasoning = reasoning
    }
  }

  /// The same list with `own` on top, by the models' names; a rate below zero is taken as zero.
  public func overriding(_ own: [String: Rates]) -> ModelPrices {
    func rate(_ amount: USD?) -> Int64? { amount.map { max(0, $0.nanoDollars) } }
    let rows = own.map { name, rates in
      PriceRow(
        name: name,
        rates: PriceRow.Rates(
          input: max(0, rates.input.nanoDollars), cacheRead: rate(rates.cacheRead),
          cacheWrite5m: rate(rates.cacheWrite5m), cacheWrite1h: rate(rates.cacheWrite1h),
          output: max(0, rates.output.nanoDollars), reasoning: rate(rates.reasoning)))
    }
    return ModelPrices(table: table.overriding(rows))
  }

  /// Whether `model` has a price; one without counts as the dearest there is.
  public func knows(_ model: String) -> Bool { !table.row(for: model).isGuess }

  /// What a call costs, rounded half up to a nano-dollar, as `spendfuse price` has it.
  public func cost(of usage: TokenUsage, model: String) -> USD {
    USD(nanoDollars: table.cost(of: usage.buckets, row: table.row(for: model).row).rawValue)
  }

  /// What a call may cost at most: `input` at the rates of its counts, `maxOutput` at the dearer of output and reasoning.
  public func ceiling(of input: TokenUsage, maxOutput: Int, model: String) -> USD {
    var plain = input
    (plain.output, plain.reasoning) = (maxOutput, 0)
    var reasoned = input
    (reasoned.output, reasoned.reasoning) = (0, maxOutput)
    return max(cost(of: plain, model: model), cost(of: reasoned, model: model))
  }
}
