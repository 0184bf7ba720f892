extension BundledPrices {
  /// Claude, at the list price of the first-party API; Bedrock and Vertex sell at the same rates. Batches cost half of
  /// everything; US-only inference 10 % more from the 4.6 generation on. A fast call is known to be dearer for one model only.
  static let anthropic = """
    # Current and legacy models
    claude-fable-5-2  8       40      0.2     10      16  search=0.01 batch=half us=1.1
    claude-fable-5-1  10      50      0.25    12.5    20  search=0.01 batch=half us=1.1 aka=claude-mythos-5-1
    claude-fable-5    10      50      1       12.5    20  search=0.01 batch=half us=1.1 aka=claude-mythos-5
    claude-opus-5-5   4       20      0.2     5       8  search=0.01 batch=half us=1.1
    claude-opus-5     5       25      0.5     6.25    10  search=0.01 batch=half us=1.1
    claude-opus-4-8   5       25      0.5     6.25    10  search=0.01 batch=half us=1.1
    claude-opus-4-7   5       25      0.5     6.25    10  search=0.01 batch=half us=1.1
    claude-opus-4-6   5       25      0.5     6.25    10  search=0.01 batch=half us=1.1 fast=6
    claude-opus-4-5   5       25      0.5     6.25    10  search=0.01 batch=half
    claude-opus-4-1   15      75      1.5     18.75   30  search=0.01 batch=half
    claude-opus-4     15      75      1.5     18.75   30  search=0.01 batch=half aka=claude-4-opus,claude-opus-4-0
    claude-sonnet-5-5 2       10      0.1     2.5     4  search=0.01 batch=half us=1.1
    claude-sonnet-5   2       10      0.2     2.5     4  search=0.01 batch=half us=1.1
    claude-sonnet-4-6 3       15      0.3     3.75    6  search=0.01 batch=half us=1.1
    claude-sonnet-4-5 3       15      0.3     3.75    6  over=200k:6,22.5,0.6,7.5,12 search=0.01 batch=half
    claude-sonnet-4   3       15      0.3     3.75    6  over=200k:6,22.5,0.6,7.5,12 search=0.01 batch=half aka=claude-4-sonnet,claude-sonnet-4-0
    claude-haiku-5-5  0.1     0.5     0.01    0.125   0.2  over=100k:0.5,2.5,0.05,0.625,1 search=0.01 batch=half us=1.1
    claude-haiku-4-5  1       5       0.1     1.25    2  search=0.01 batch=half
    # Retired, or nearly; still in old logs
    claude-3-7-sonnet 3       15      0.3     3.75    6  search=0.01 batch=half
    claude-3-5-sonnet 3       15      0.3     3.75    6  search=0.01 batch=half
    claude-3-5-haiku  0.8     4       0.08    1       1.6  search=0.01 batch=half
    claude-3-opus     15      75      1.5     18.75   30  batch=half
    claude-3-sonnet   3       15      0.3     3.75    6  batch=half
    claude-3-haiku    0.25    1.25    0.03    0.3     0.5  batch=half
    """
}
