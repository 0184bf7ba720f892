/// What is expected beside what is there, in order: the fewest entries that are missing or too many.
enum ListDifference {
  enum Step: Equatable {
    /// Indices of what is expected and of what is there.
    case same(Int, Int)
    case missing(Int)
    case unexpected(Int)
  }

  /// Beyond this many comparisons lists are not aligned: what differs is all missing and all unexpected.
  private static let most = 4_000_000

  static func steps(_ expected: Int, _ actual: Int, matches: (Int, Int) -> Bool) -> [Step] {
    var start = 0
    while start < min(expected, actual), matches(start, start) { start += 1 }
    var end = 0
    while end < min(expected, actual) - start, matches(expected - 1 - end, actual - 1 - end) { end += 1 }
    var steps = (0..<start).map { Step.same($0, $0) }
    steps += middle(start..<expected - end, start..<actual - end, matches)
    steps += (0..<end).reversed().map { Step.same(expected - 1 - $0, actual - 1 - $0) }
    return steps
  }

  private static func middle(_ expected: Range<Int>, _ actual: Range<Int>, _ matches: (Int, Int) -> Bool)
    -> [Step]
  {
    let (rows, columns) = (expected.count, actual.count)
    guard rows > 0, columns > 0, rows.multipliedFullWidth(by: columns).high == 0, rows * columns <= most
    else {
      return expected.map(Step.missing) + actual.map(Step.unexpected)
    }
    // Longest common subsequence, from the ends of both: `common[i][j]` of what begins at i and j.
    var common = [[Int32]](repeating: [Int32](repeating: 0, count: columns + 1), count: rows + 1)
    for i in (0..<rows).reversed() {
      for j in (0..<columns).reversed() {
        common[i][j] =
          matches(expected.lowerBound + i, actual.lowerBound + j)
          ? common[i + 1][j + 1] + 1 : max(common[i + 1][j], common[i][j + 1])
      }
    }
    var steps: [Step] = []
    var (i, j) = (0, 0)
    while i < rows, j < columns {
      if matches(expected.lowerBound + i, actual.lowerBound + j), common[i][j] == common[i + 1][j + 1] + 1 {
        steps.append(.same(expected.lowerBound + i, actual.lowerBound + j))
        (i, j) = (i + 1, j + 1)
      } else if common[i + 1][j] >= common[i][j + 1] {
        steps.append(.missing(expected.lowerBound + i))
        i += 1
      } else {
        steps.append(.unexpected(actual.lowerBound + j))
        j += 1
      }
    }
    steps += (i..<rows).map { .missing(expected.lowerBound + $0) }
    steps += (j..<columns).map { .unexpected(actual.lowerBound + $0) }
    return steps
  }
}
