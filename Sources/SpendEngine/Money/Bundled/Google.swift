extension BundledPrices {
  /// Gemini, paid tier of the Developer API; cache storage by the hour is not in a usage log.
  static let google = """
    # 3.8-flash is at half price until the end of 2026
    gemini-4-neon                           3       15      0.15  search=0.014
    gemini-4-hydrogen                       1.5     7.5     0.075  search=0.014
    gemini-3.8-flash                        0.75    3.75    0.075  search=0.014
    gemini-3.6-flash                        1.5     7.5     0.15  search=0.014
    gemini-3.5-flash                        1.5     9       0.15  search=0.014
    gemini-3.5-flash-lite                   0.3     2.5     0.03  search=0.014
    gemini-3.1-pro                          2       12      0.2  over=200k:4,18,0.4 search=0.014 aka=gemini-3.1-pro-preview,gemini-3.1-pro-preview-customtools
    gemini-3.1-flash-lite                   0.25    1.5     0.025  search=0.014 aka=gemini-3.1-flash-lite-preview
    gemini-3-pro                            2       12      0.2  over=200k:4,18,0.4 search=0.014 aka=gemini-3-pro-preview
    gemini-3-flash                          0.5     3       0.05  search=0.014 aka=gemini-3-flash-preview
    gemini-2.5-pro                          1.25    10      0.125  over=200k:2.5,15,0.25 search=0.035
    gemini-2.5-flash                        0.3     2.5     0.03  search=0.035 aka=gemini-2.5-flash-preview-09-2025
    gemini-2.5-flash-lite                   0.1     0.4     0.01  search=0.035 aka=gemini-2.5-flash-lite-preview-09-2025
    gemini-2.5-computer-use-preview-10-2025 1.25    10  over=200k:2.5,15
    gemini-2.0-flash                        0.1     0.4     0.025  search=0.035 aka=gemini-2.0-flash-001
    gemini-2.0-flash-lite                   0.075   0.3     0.01875  search=0.035 aka=gemini-2.0-flash-lite-001
    gemini-embedding-001                    0.15    0
    """
}
