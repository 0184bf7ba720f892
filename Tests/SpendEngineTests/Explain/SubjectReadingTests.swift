import SpendEngine
import Testing

@Suite struct SubjectReadingTests {
  private static let cases: [(Per, String, [[String]])] = [
    (.key, "ci-bot", [["ci-bot"]]),
    (.key, "key=ci-bot", [["key=ci-bot"], ["ci-bot"]]),
    (.key, "key ci-bot", [["key ci-bot"], ["ci-bot"]]),
    (.key, "task=t1", [["task=t1"]]),
    (.key, "a+b", [["a+b"]]),
    (.key, "(none)", [["(none)"]]),
    (.key, "", []),
    (.global, "", [[]]),
    (.global, "global", [[]]),
    (.global, "ci-bot", []),
    ([.key, .model], "a+m", [["a", "m"]]),
    ([.key, .model], "a", []),
    ([.key, .model], "a+", []),
    ([.key, .model], "key a + model m", [["key a ", " model m"], ["a", "m"]]),
    ([.key, .model], "key=a+model=m", [["key=a", "model=m"], ["a", "m"]]),
    ([.key, .model], "a+b+m", [["a", "b+m"], ["a+b", "m"]]),
    ([.key, .task, .model], "a+t+m", [["a", "t", "m"]]),
  ]

  @Test(arguments: cases.indices) func reads(_ index: Int) {
    let (per, text, names) = SubjectReadingTests.cases[index]
    #expect(per.subjects(written: text).map(\.names) == names, "\(per.name) \(text)")
  }

  /// A name of nothing but pluses must not cost a million tries.
  @Test func isBounded() {
    let found = Per([.key, .task, .model, .user, .team]).subjects(
      written: String(repeating: "a+", count: 500))
    #expect(found.count <= 128)
  }

  @Test func labels() {
    #expect(Dimension(labelling: "key=a") == .key)
    #expect(Dimension(labelling: "task t1") == .task)
    #expect(Dimension(labelling: "keys=a") == nil)
    #expect(Dimension(labelling: "key") == nil)
  }
}
