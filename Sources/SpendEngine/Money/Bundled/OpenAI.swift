extension BundledPrices {
  /// OpenAI; web search at the price of the current tool. Flex, priority and batch only where the price page has them for certain; a
  /// cached token of a batch costs what it costs anyway where the page has no price for it.
  static let openAI = """
    # Current models. o1-pro is left out on purpose: at 600 it would be what every unknown model is priced by
    gpt-6.2-astra      8       40      0.4     10      20  over=272k:16,60,0.8,20,40 search=0.01
    gpt-6.2-sol        2       10      0.1     2.5     5  over=272k:4,15,0.2,5,10 search=0.01
    gpt-6.1-sol        2       10      0.1     2.5     5  over=272k:4,15,0.2,5,10 search=0.01
    gpt-6.1-terra      1       5       0.05    1.25    2.5  over=272k:2,7.5,0.1,2.5,5 search=0.01
    gpt-6-astra        10      50      1       12.5  over=272k:20,75,2,25 search=0.01
    gpt-6-sol          2       10      0.2     2.5  over=272k:4,15,0.4,5 search=0.01
    gpt-6-luna         0.1     0.5     0.01    0.125  over=272k:0.2,0.75,0.02,0.25 search=0.01
    gpt-5.6-sol        4       20      0.4     5  over=272k:8,30,0.8,10 search=0.01 aka=gpt-5.6
    gpt-5.6-terra      2       12      0.2     2.5  over=272k:4,18,0.4,5 search=0.01
    gpt-5.6-luna       0.2     1.2     0.02    0.25  over=272k:0.4,1.8,0.04,0.5 search=0.01
    gpt-5.5            5       30      0.5  over=272k:10,45,1 search=0.01
    gpt-5.5-pro        30      180     3  over=272k:60,270,6 search=0.01
    gpt-5.4            2.5     15      0.25  over=272k:5,22.5,0.5 search=0.01
    gpt-5.4-mini       0.75    4.5     0.075  search=0.01 flex=half batch=half priority=1.5,9,0.15
    gpt-5.4-nano       0.2     1.25    0.02  search=0.01 flex=half batch=half
    gpt-5.4-pro        30      180     3  over=272k:60,270,6 search=0.01
    gpt-5.3-codex      1.75    14      0.175  search=0.01 aka=gpt-5.3,gpt-5.3-chat,gpt-5.3-codex-spark
    gpt-5.2            1.75    14      0.175  search=0.01 aka=gpt-5.2-chat
    gpt-5.2-codex      1.75    14      0.175  search=0.01
    gpt-5.2-pro        21      168  search=0.01
    gpt-5.1            1.25    10      0.125  search=0.01 flex=half batch=half priority=2.5,20,0.25 aka=gpt-5.1-chat
    gpt-5.1-codex      1.25    10      0.125  search=0.01 priority=2.5,20,0.25 aka=gpt-5.1-codex-max
    gpt-5.1-codex-mini 0.25    2       0.025  search=0.01
    gpt-5              1.25    10      0.125  search=0.01 flex=half batch=half priority=2.5,20,0.25 aka=gpt-5-chat
    gpt-5-codex        1.25    10      0.125  search=0.01
    gpt-5-mini         0.25    2       0.025  search=0.01 flex=half batch=half priority=0.45,3.6,0.045
    gpt-5-nano         0.05    0.4     0.005  search=0.01 flex=half batch=half
    gpt-5-pro          15      120  search=0.01 batch=half
    # As budget guides spell and price it; the dotted name is the list price
    gpt-5-5 5       40      0.5  search=0.01
    # Older models
    o3                    2       8       0.5  search=0.01 flex=half batch=1,4,0.5 priority=3.5,14,0.875
    o3-pro                20      80  search=0.01
    o3-mini               1.1     4.4     0.55
    o3-deep-research      10      40      2.5  search=0.01
    o4-mini               1.1     4.4     0.275  search=0.01 flex=half batch=0.55,2.2,0.275 priority=2,8,0.5
    o4-mini-deep-research 2       8       0.5  search=0.01
    o1                    15      60      7.5
    o1-mini               1.1     4.4     0.55
    codex-mini            1.5     6       0.375
    gpt-4.1               2       8       0.5  search=0.01 batch=1,4,0.5 priority=3.5,14,0.875
    gpt-4.1-mini          0.4     1.6     0.1  search=0.01 batch=0.2,0.8,0.1 priority=0.7,2.8,0.175
    gpt-4.1-nano          0.1     0.4     0.025  batch=0.05,0.2,0.025 priority=0.2,0.8,0.05
    gpt-4o                2.5     10      1.25  search=0.01 batch=1.25,5,1.25 priority=4.25,17,2.125
    gpt-4o-2024-05-13     5       15
    gpt-4o-mini           0.15    0.6     0.075  search=0.01 batch=0.075,0.3,0.075 priority=0.25,1,0.125
    chatgpt-4o            5       15
    gpt-4-turbo           10      30  aka=gpt-4-turbo-preview,gpt-4-1106-preview,gpt-4-0125-preview
    gpt-4                 30      60  aka=gpt-4-0613,gpt-4-0314
    gpt-3.5-turbo         0.5     1.5  aka=gpt-3.5-turbo-0125
    gpt-3.5-turbo-1106    1       2
    gpt-audio             2.5     10
    gpt-realtime          4       16      0.4
    # Embeddings
    text-embedding-3-small 0.02    0
    text-embedding-3-large 0.13    0
    text-embedding-ada-002 0.1     0
    # Fine-tuned models
    ft:gpt-4.1       3       12      0.75
    ft:gpt-4.1-mini  0.8     3.2     0.2
    ft:gpt-4.1-nano  0.2     0.8     0.05
    ft:gpt-4o        3.75    15      1.875
    ft:gpt-4o-mini   0.3     1.2     0.15
    ft:gpt-3.5-turbo 3       6
    ft:o4-mini       4       16      1
    # Azure data zones, 10 % dearer
    azure/eu/gpt-5         1.375   11      0.1375  aka=azure/us/gpt-5
    azure/eu/gpt-5-mini    0.275   2.2     0.0275  aka=azure/us/gpt-5-mini
    azure/eu/gpt-5-nano    0.055   0.44    0.0055  aka=azure/us/gpt-5-nano
    azure/eu/gpt-5.1       1.38    11      0.14  aka=azure/us/gpt-5.1
    azure/eu/gpt-5.1-codex 1.38    11      0.14  aka=azure/us/gpt-5.1-codex
    azure/eu/gpt-4o        2.75    11      1.375  aka=azure/us/gpt-4o
    azure/eu/gpt-4o-mini   0.165   0.66    0.083  aka=azure/us/gpt-4o-mini
    """
}
