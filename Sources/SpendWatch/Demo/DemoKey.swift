/// One of the keys whose day is made up: how much it calls, when, and with what.
package struct DemoKey: Sendable, Hashable {
  package let name: String
  package let model: String
  /// Whole USD in 24 hours.
  package let limit: Int64
  /// In a whole day.
  let calls: Int
  /// How busy it is in each hour of UTC's day; any unit.
  let rhythm: [Int64]
  let input: ClosedRange<Int64>
  let cacheRead: ClosedRange<Int64>
  let output: ClosedRange<Int64>
  /// Calls come in tasks of about so many.
  let callsPerTask: Int
  let taskName: String

  /// By the list prices of `BundledPrices`, a day comes to a fifth to two thirds of each limit.
  package static let all = [
    DemoKey(
      name: "web-app", model: "gpt-5", limit: 20, calls: 1_100,
      rhythm: [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 8, 9, 10, 10, 9, 8, 8, 9, 9, 7, 5, 3],
      input: 900...2_700, cacheRead: 2_000...6_000, output: 200...800, callsPerTask: 6, taskName: "chat"),
    DemoKey(
      name: "support-bot", model: "claude-haiku-4-5", limit: 10, calls: 620,
      rhythm: [3, 3, 2, 2, 2, 3, 4, 6, 8, 9, 9, 8, 7, 8, 9, 9, 8, 7, 6, 6, 5, 5, 4, 4],
      input: 600...1_800, cacheRead: 4_000...8_000, output: 150...550, callsPerTask: 5, taskName: "ticket"),
    DemoKey(
      name: "data-team", model: "gemini-2.5-pro", limit: 35, calls: 180,
      rhythm: [1, 8, 12, 12, 8, 2, 1, 1, 2, 3, 3, 2, 2, 3, 3, 3, 2, 1, 1, 1, 1, 1, 1, 1],
      input: 30_000...90_000, cacheRead: 0...4_000, output: 2_000...6_000, callsPerTask: 45,
      taskName: "etl"),
    DemoKey(
      name: DemoLoop.key, model: DemoLoop.model, limit: 20, calls: 145,
      rhythm: [1, 1, 1, 1, 1, 1, 3, 6, 9, 10, 10, 8, 6, 8, 10, 10, 9, 7, 4, 3, 2, 2, 2, 1],
      input: 800...3_200, cacheRead: 20_000...60_000, output: 400...1_400, callsPerTask: 9,
      taskName: "build"),
  ]
}
