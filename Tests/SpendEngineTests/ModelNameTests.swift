import Testing

@testable import SpendEngine

/// Names as gateways, clouds and tools write them, and the row of the bundled list that prices each.
@Suite struct ModelNameTests {
  static let known: [(String, String)] = [
    ("gpt-5", "gpt-5"),
    ("GPT-5", "gpt-5"),
    ("gpt-5-2025-08-07", "gpt-5"),
    ("openai/gpt-5", "gpt-5"),
    ("azure/gpt-5", "gpt-5"),
    ("azure/gpt-5-2025-08-07", "gpt-5"),
    ("azure_ai/gpt-5", "gpt-5"),
    ("azure/eu/gpt-5", "azure/eu/gpt-5"),
    ("azure/eu/gpt-5-2025-08-07", "azure/eu/gpt-5"),
    ("openrouter/openai/gpt-5", "gpt-5"),
    ("openrouter/openai/gpt-5-2025-08-07", "gpt-5"),
    ("litellm_proxy/gpt-5", "gpt-5"),
    ("gpt-5-chat-latest", "gpt-5"),
    ("gpt-5-mini-2025-08-07", "gpt-5-mini"),
    ("gpt-5-nano", "gpt-5-nano"),
    ("gpt-5-codex", "gpt-5-codex"),
    ("gpt-5.1", "gpt-5.1"),
    ("gpt-5-1", "gpt-5.1"),
    ("gpt-4o-2024-08-06", "gpt-4o"),
    ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
    ("o3-mini-2025-01-31", "o3-mini"),
    ("o4-mini-2025-04-16", "o4-mini"),
    ("ft:gpt-4o-mini-2024-07-18:acme::abc", "ft:gpt-4o-mini"),
    ("claude-sonnet-4-5", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5@default", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5"),
    ("claude-sonnet-4.5", "claude-sonnet-4-5"),
    ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
    ("anthropic/claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
    ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
    ("openrouter/anthropic/claude-sonnet-4.5:thinking", "claude-sonnet-4-5"),
    ("openrouter/anthropic/claude-sonnet-4.5:beta", "claude-sonnet-4-5"),
    ("publishers/anthropic/models/claude-sonnet-4-5", "claude-sonnet-4-5"),
    ("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("bedrock/us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("jp.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("au.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("bedrock/invoke/jp.anthropic.claude-haiku-4-5-20251001-v1:0", "us.anthropic.claude-haiku-4-5"),
    ("us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "us-gov.anthropic.claude-sonnet-4-5"),
    ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4"),
    ("apac.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4"),
    ("us.anthropic.claude-opus-4-6-v1", "us.anthropic.claude-opus-4-6"),
    ("us.anthropic.claude-opus-4-6-v1[1m]", "us.anthropic.claude-opus-4-6"),
    (
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "claude-sonnet-4-5"
    ),
    (
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "us.anthropic.claude-sonnet-4-5"
    ),
    (
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
      "us.anthropic.claude-haiku-4-5"
    ),
    (
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0",
      "claude-haiku-4-5"
    ),
    (
      "bedrock/arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-2-lite-v1:0",
      "us.amazon.nova-2-lite"
    ),
    (
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "claude-sonnet-4-5"
    ),
    ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
    ("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet"),
    ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
    ("claude-3-7-sonnet-thinking", "claude-3-7-sonnet"),
    ("claude-opus-4-1-20250805", "claude-opus-4-1"),
    ("claude-4-sonnet", "claude-sonnet-4"),
    ("amazon.nova-pro-v1:0", "amazon.nova-pro"),
    ("us.amazon.nova-pro-v1:0", "amazon.nova-pro"),
    ("us.meta.llama4-scout-17b-instruct-v1:0", "meta.llama4-scout-17b-instruct"),
    ("us.deepseek.r1-v1:0", "deepseek.r1"),
    ("openai.gpt-oss-120b-1:0", "openai.gpt-oss-120b"),
    ("gemini-2.5-pro", "gemini-2.5-pro"),
    ("gemini/gemini-2.5-pro", "gemini-2.5-pro"),
    ("google/gemini-2.5-pro", "gemini-2.5-pro"),
    ("models/gemini-2.5-flash", "gemini-2.5-flash"),
    ("projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
    ("vertex_ai/gemini-2.5-flash-lite", "gemini-2.5-flash-lite"),
    ("deepseek/deepseek-chat", "deepseek-chat"),
    ("xai/grok-4-latest", "grok-4"),
    ("qwen3-coder-plus", "qwen3-coder-plus"),
    ("dashscope/qwen3-coder-plus", "qwen3-coder-plus"),
    ("moonshotai/kimi-k2", "kimi-k2"),
    ("z-ai/glm-4.6", "glm-4.6"),
    ("mistral/mistral-large-latest", "mistral-large-3"),
    ("text-embedding-3-small", "text-embedding-3-small"),
  ]

  @Test func thereAreMany() { #expect(Self.known.count >= 75) }

  @Test(arguments: known) func finds(_ model: String, _ row: String) {
    let match = PriceTable.bundled.match(for: model)
    #expect(match.row.name == row && match.part == .list)
  }

  /// A regional profile costs a tenth more than the model, whatever is written around it.
  @Test(arguments: ["us", "eu", "jp", "au", "apac"]) func regionsAreDearer(_ region: String) {
    let plain = PriceTable.bundled.row(for: "anthropic.claude-sonnet-4-5-20250929-v1:0").row.rates
    for wrap in ["", "bedrock/", "bedrock/converse/", "arn:aws:bedrock:x:1:inference-profile/"] {
      let row = PriceTable.bundled.row(for: "\(wrap)\(region).anthropic.claude-sonnet-4-5-20250929-v1:0").row
      #expect(row.rates.input * 10 == plain.input * 11 && row.rates.output * 10 == plain.output * 11)
    }
  }

  /// What stands behind an id of the customer's own no list knows, even where the id reads like a model.
  @Test(arguments: [
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/gpt-5",
    "bedrock/converse/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/claude-sonnet-4-5",
    "arn:aws-us-gov:bedrock:us-gov-west-1:1:application-inference-profile/gpt-5",
    "arn:aws:bedrock:us-east-1:1:provisioned-model/gpt-5", "arn:aws:bedrock:us-east-1:1:imported-model/gpt-5",
    "arn:aws:bedrock:us-east-1:1:custom-model/anthropic.claude-sonnet-4-5-20250929-v1:0/abc",
    "arn:aws:bedrock:us-east-1:1:default-prompt-router/anthropic.claude:1",
  ])
  func opaque(_ model: String) throws {
    #expect(PriceTable.bundled.match(for: model).part == .dearest)
    // Its user can tell: by the whole name, or by the id.
    let id = try #require(model.split(separator: "/").last.map(String.init))
    for name in [model, id] {
      let own = PriceTable.bundled.overriding([
        PriceRow(
          name: name,
          rates: .init(input: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1, output: 1, reasoning: 1))
      ])
      #expect(own.match(for: model).part == .override)
    }
  }

  /// Names that are near one that is known, and another model.
  @Test(arguments: [
    "gpt-5-ultra", "gpt-50", "claude-sonnet-4-5-mini", "claude-sonnet-9", "gemini-2.5-pro-preview-05-06",
    "o9",
    "us.anthropic.claude-next-v1:0", "claude-3-5-sonnet-v", "claude-v2x",
    "arn:aws:bedrock:us-east-1::foundation-model/x",
    "xx.anthropic.claude-sonnet-9", "@20250929", "v1:0",
  ])
  func anotherModel(_ model: String) { #expect(PriceTable.bundled.match(for: model).part == .dearest) }
}
