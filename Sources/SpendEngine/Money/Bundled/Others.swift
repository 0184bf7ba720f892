extension BundledPrices {
  /// xAI, Mistral, DeepSeek, Moonshot, Qwen, Z.ai, MiniMax, Cohere, and Llama at its hosts.
  static let others = """
    # xAI
    grok-4.7                 2       6       0.5  over=200k:4,12,1
    grok-4.6                 2       6       0.5  over=200k:4,12,1
    grok-4.5                 2       6       0.5  over=200k:4,12,1
    grok-4.3                 1.25    2.5     0.2  over=200k:2.5,5,0.4
    grok-4.20-0309-reasoning 2       6       0.2  aka=grok-4.20-0309-non-reasoning,grok-4.20-beta-0309-reasoning,grok-4.20-beta-0309-non-reasoning,grok-4.20-multi-agent-beta-0309,grok-4.20
    grok-4                   3       15  over=128k:6,30 aka=grok-4-0709
    grok-4-1-fast            0.2     0.5     0.05  over=128k:0.4,1 aka=grok-4-1-fast-reasoning,grok-4-1-fast-non-reasoning
    grok-4-fast              0.2     0.5     0.05  over=128k:0.4,1 aka=grok-4-fast-reasoning,grok-4-fast-non-reasoning
    grok-build-0.1           1       2       0.2
    grok-code-fast-1         0.2     1.5     0.02  aka=grok-code-fast,grok-code-fast-1-0825
    grok-3                   3       15      0.75  aka=grok-3-beta
    grok-3-mini              0.3     0.5     0.075  aka=grok-3-mini-beta
    # Mistral
    mistral-large-3        0.5     1.5  aka=mistral-large,mistral-large-2512
    mistral-large-2411     2       6
    mistral-large-2407     3       9
    mistral-medium-3-5     1.5     7.5  aka=mistral-medium,mistral-medium-2604
    mistral-medium-3-1     0.4     2  aka=mistral-medium-2508,mistral-medium-3-1-2508,mistral-medium-2505
    mistral-small          0.1     0.3
    mistral-small-3-2-2506 0.06    0.18  aka=mistral-small-2506
    codestral-2508         0.3     0.9  aka=codestral
    devstral-2512          0.4     2  aka=devstral,devstral-medium,devstral-medium-2507
    devstral-small         0.1     0.3  aka=devstral-small-2507,devstral-small-2505,labs-devstral-small-2512
    magistral-medium       2       5  aka=magistral-medium-2509,magistral-medium-2506,magistral-medium-1-2-2509
    magistral-small        0.5     1.5  aka=magistral-small-2506,magistral-small-1-2-2509
    ministral-8b           0.15    0.15  aka=ministral-8b-2512,ministral-3-8b-2512
    ministral-3b           0.1     0.1  aka=ministral-3-3b-2512
    ministral-14b          0.2     0.2  aka=ministral-3-14b-2512
    open-mistral-nemo      0.3     0.3  aka=open-mistral-nemo-2407
    pixtral-large          2       6  aka=pixtral-large-2411
    # DeepSeek
    deepseek-flash    0.14    0.28    0.0028  aka=deepseek-v4.1-flash,deepseek-v4-flash
    deepseek-v4-pro   0.435   0.87    0.003625
    deepseek-chat     0.28    0.42    0.028
    deepseek-reasoner 0.28    0.42    0.028
    deepseek-v3.2     0.28    0.4
    deepseek-r1       0.55    2.19
    deepseek-v3       0.27    1.1     0.07
    # Moonshot
    kimi-k3          3       15      0.3
    kimi-k2.6        0.95    4       0.16
    kimi-k2.5        0.6     3       0.1
    kimi-k2          0.6     2.5     0.15  aka=kimi-k2-0905-preview,kimi-k2-0711-preview,kimi-k2-instruct,kimi-k2-instruct-0905
    kimi-k2-thinking 0.6     2.5     0.15
    kimi-k2-turbo    1.15    8       0.15  aka=kimi-k2-turbo-preview,kimi-k2-thinking-turbo
    # Qwen on Model Studio, international. Two of its up to four steps by prompt size: a prompt over 128k can cost more
    qwen3.8-max                 2       6
    qwen3.8-flash               0.15    0.47
    qwen3.7-max                 2.5     7.5     0.5
    qwen3.5-plus                0.4     2.4  over=256k:0.5,3
    qwen3-max                   1.2     6  over=32k:2.4,12 aka=qwen3-max-preview
    qwen3-coder-plus            1       5       0.1  over=32k:1.8,9,0.18
    qwen3-coder-flash           0.3     1.5     0.08  over=32k:0.5,2.5,0.12
    qwen-max                    1.6     6.4
    qwen-plus                   0.4     1.2  over=256k:1.2,3.6,-,-,-,12 reasoning=4
    qwen-flash                  0.05    0.4  over=256k:0.25,2
    qwen-turbo                  0.05    0.2  reasoning=0.5
    qwq-plus                    0.8     2.4
    qwen3-next-80b-a3b-instruct 0.15    1.2  aka=qwen3-next-80b-a3b-thinking
    # Z.ai, MiniMax, Cohere
    glm-5.1             1.4     4.4     0.26
    glm-5               1       3.2     0.2
    glm-5-code          1.2     5       0.3
    glm-4.7             0.6     2.2     0.11
    glm-4.6             0.6     2.2     0.11
    glm-4.5             0.6     2.2
    glm-4.5-air         0.2     1.1
    minimax-m3          0.3     1.2     0.06  over=512k:0.6,2.4,0.12
    minimax-m2.5        0.3     1.2     0.03    0.375
    minimax-m2.1        0.3     1.2     0.03    0.375
    minimax-m2          0.3     1.2     0.03    0.375
    command-a-03-2025   2.5     10  aka=command-a
    command-r-plus      2.5     10  aka=command-r-plus-08-2024
    command-r           0.15    0.6  aka=command-r-08-2024
    command-r7b-12-2024 0.0375  0.15
    # Llama: a bare name is priced as its dearest usual host
    llama-3.3-70b-versatile 0.59    0.79
    llama-3.1-8b-instant    0.05    0.08
    cerebras/llama-3.3-70b  0.85    1.2
    cerebras/gpt-oss-120b   0.35    0.75
    llama-3.3-70b-instruct  0.72    0.72  aka=meta-llama-3.3-70b-instruct,llama-3.3-70b
    llama-3.1-405b-instruct 5.33    16  aka=meta-llama-3.1-405b-instruct
    llama-4-maverick        0.27    0.97  aka=llama-4-maverick-17b-128e-instruct
    llama-4-scout           0.2     0.78  aka=llama-4-scout-17b-16e-instruct
    """
}
