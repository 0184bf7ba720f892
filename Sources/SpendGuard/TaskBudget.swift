import Synchronization

/// A call that was not made: with it the task could have passed its limit.
public struct BudgetExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  public var limit: USD
  /// What the task's calls have cost, and what those in flight may cost at most.
  public var spent: USD
  public var reserved: USD
  /// What the call may cost at most.
  public var projected: USD

  public var description: String {
    "task budget \(limit) would be exceeded (spent \(spent), in flight up to \(reserved), next up to \(projected))"
  }
}

/// What one task may spend, in one process: `check` before a call, `record` after it with the usage that the provider reports.
///
/// Calls at the same time see each other only through `reserve`: two that `check` at once may pass the limit together.
/// Other processes are not seen at all; a cap on them is a rule of spendfuse and its halt (`HaltDirectory`).
public final class TaskBudget: Sendable {
  /// A call in flight. Give it back with `settle` or `release`, once.
  public struct Reservation: Hashable, Sendable {
    fileprivate var number: Int
    /// What the call may cost at most.
    public var amount: USD
  }

  private struct Account {
    var spent = USD.zero
    var reserved: [Int: USD] = [:]
    var next = 0

    var reservedSum: USD { reserved.values.reduce(.zero, +) }
  }

  public let limit: USD
  private let prices: ModelPrices
  private let account = Mutex(Account())

  public init(limit: USD, prices: ModelPrices = .bundled) {
    self.limit = limit
    self.prices = prices
  }

  /// What the task's calls have cost so far.
  public var spent: USD { account.withLock { $0.spent } }

  /// What is left of the limit beside calls in flight; below zero once the limit is passed.
  public var remaining: USD { account.withLock { limit - $0.spent - $0.reservedSum } }

  /// Throws if the call could pass the limit; coming to it exactly is allowed.
  /// - Parameters:
  ///   - input: tokens of the prompt, as your tokenizer counts them.
  ///   - maxOutput: the `max_tokens` of the request.
  public func check(model: String, input: Int, maxOutput: Int) throws(BudgetExceeded) {
    try check(model: model, input: TokenUsage(input: input), maxOutput: maxOutput)
  }

  /// The same for a prompt whose cached parts are known: writing to a cache costs more than fresh input.
  public func check(model: String, input: TokenUsage, maxOutput: Int) throws(BudgetExceeded) {
    let projected = prices.ceiling(of: input, maxOutput: maxOutput, model: model)
    if let refusal = account.withLock({ refusal(of: projected, $0) }) { throw refusal }
  }

  /// As `check`, and sets the amount aside until the call is over: for calls at the same time.
  public func reserve(model: String, input: TokenUsage, maxOutput: Int) throws(BudgetExceeded) -> Reservation
  {
    let projected = prices.ceiling(of: input, maxOutput: maxOutput, model: model)
    let result: Result<Reservation, BudgetExceeded> = account.withLock { account in
      if let refusal = refusal(of: projected, account) { return .failure(refusal) }
      let reservation = Reservation(number: account.next, amount: projected)
      account.next += 1
      account.reserved[reservation.number] = projected
      return .success(reservation)
    }
    return try result.get()
  }

  /// Books what the call cost in place of what was set aside.
  @discardableResult
  public func settle(_ reservation: Reservation, model: String, usage: TokenUsage) -> USD {
    let cost = prices.cost(of: usage, model: model)
    account.withLock { account in
      account.reserved[reservation.number] = nil
      account.spent = account.spent + cost
    }
    return cost
  }

  /// The call was not made, or failed without a cost.
  public func release(_ reservation: Reservation) {
    account.withLock { $0.reserved[reservation.number] = nil }
  }

  /// Books a call by the usage that the provider reports, not by an estimate.
  /// - Returns: its cost.
  @discardableResult
  public func record(model: String, usage: TokenUsage) -> USD {
    let cost = prices.cost(of: usage, model: model)
    record(cost)
    return cost
  }

  /// Books a cost that a gateway reports.
  public func record(_ cost: USD) {
    account.withLock { $0.spent = $0.spent + cost }
  }

  private func refusal(of projected: USD, _ account: Account) -> BudgetExceeded? {
    let reserved = account.reservedSum
    // Held at the end of 64 bits, a sum says no more whether it fits: what is left does.
    guard projected > limit - account.spent - reserved else { return nil }
    return BudgetExceeded(limit: limit, spent: account.spent, reserved: reserved, projected: projected)
  }
}
