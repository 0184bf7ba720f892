import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

/// Tests/Scenarios/prices/model_prices.json: two dozen entries in the shape of LiteLLM's map.
enum PriceMapSample {
  static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/prices/model_prices.json").path

  static func map() throws -> PriceMap { try PriceFile(path).map }

  /// A map with the one entry `model`.
  static func row(_ fields: String) throws -> PriceRow {
    try #require(try PriceMap(Array("{\"model\": {\(fields)}}".utf8)).rows.first)
  }

  static func tokens(
    _ fresh: Int64 = 0, read: Int64 = 0, write5m: Int64 = 0, write1h: Int64 = 0, output: Int64 = 0,
    reasoning: Int64 = 0
  ) -> TokenBuckets {
    var tokens = TokenBuckets()
    tokens.freshInput = fresh
    tokens.cacheRead = read
    tokens.cacheWrite5m = write5m
    tokens.cacheWrite1h = write1h
    tokens.output = output
    tokens.reasoning = reasoning
    return tokens
  }
}
