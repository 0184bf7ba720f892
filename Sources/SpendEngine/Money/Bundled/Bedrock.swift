extension BundledPrices {
  /// Amazon Bedrock, where it differs from the maker's own price.
  static let bedrock = """
    # Regional profiles of Claude cost 10 % more from the 4.5 generation on; older ones and global. do not
    us.anthropic.claude-fable-5-2  8.8     44      0.22    11      17.6  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-fable-5-1  11      55      0.275   13.75   22  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-fable-5    11      55      1.1     13.75   22  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-5-5   4.4     22      0.22    5.5     8.8  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-5     5.5     27.5    0.55    6.875   11  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-4-8   5.5     27.5    0.55    6.875   11  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-4-7   5.5     27.5    0.55    6.875   11  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-4-6   5.5     27.5    0.55    6.875   11  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-opus-4-5   5.5     27.5    0.55    6.875   11  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-sonnet-5-5 2.2     11      0.11    2.75    4.4  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-sonnet-5   2.2     11      0.22    2.75    4.4  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-sonnet-4-6 3.3     16.5    0.33    4.125   6.6  aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-sonnet-4-5 3.3     16.5    0.33    4.125   6.6  over=200k:6.6,24.75,0.66,8.25,13.2 aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-haiku-5-5  0.11    0.55    0.011   0.1375  0.22  over=100k:0.55,2.75,0.055,0.6875,1.1 aka=eu.*,jp.*,au.*,apac.*
    us.anthropic.claude-haiku-4-5  1.1     5.5     0.11    1.375   2.2  aka=eu.*,jp.*,au.*,apac.*
    # GovCloud
    us-gov.anthropic.claude-sonnet-4-5 3.6     18      0.36    4.5     7.2
    us-gov.anthropic.claude-haiku-4-5  1.2     6       0.12    1.5     2.4
    # Amazon's own
    amazon.nova-micro     0.035   0.14
    amazon.nova-lite      0.06    0.24
    amazon.nova-pro       0.8     3.2
    amazon.nova-premier   2.5     12.5
    amazon.nova-2-lite    0.3     2.5     0.075
    us.amazon.nova-2-lite 0.33    2.75    0.0825  aka=eu.*,apac.*
    # Others hosted there
    meta.llama4-maverick-17b-instruct 0.24    0.97
    meta.llama4-scout-17b-instruct    0.17    0.66
    meta.llama3-3-70b-instruct        0.72    0.72
    meta.llama3-1-405b-instruct       5.32    16
    meta.llama3-1-70b-instruct        0.99    0.99
    meta.llama3-1-8b-instruct         0.22    0.22
    deepseek.r1                       1.35    5.4
    deepseek.v3.2                     0.62    1.85
    qwen.qwen3-coder-480b-a35b        0.22    1.8
    qwen.qwen3-coder-30b-a3b          0.15    0.6
    qwen.qwen3-235b-a22b-2507         0.22    0.88
    openai.gpt-oss-120b               0.15    0.6  aka=openai.gpt-oss-120b-1:0,gpt-oss-120b
    openai.gpt-oss-20b                0.07    0.3  aka=openai.gpt-oss-20b-1:0,gpt-oss-20b
    """
}
