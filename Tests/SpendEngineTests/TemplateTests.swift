import SpendEngine
import Support
import Testing

@Suite struct TemplateTests {
  private static func fill(_ text: String, limit: Int = 1_000, escape: (String) -> String = { $0 }) -> String
  {
    Template(text).filled(limit: limit, escape: escape) { name in
      switch name {
      case .variable(.key): "a/b {{value}} é"
      case .variable(.value): "$26.10"
      case .variable(let other): "<\(other.rawValue)>"
      case .label(let label): "[\(label)]"
      }
    }
  }

  @Test(arguments: [
    ("", ""), ("plain } text { here", "plain } text { here"), ("{{value}}", "$26.10"),
    ("{{ value }}{{\tlimit\t}}", "$26.10<limit>"), ("a {{labels.squad}} b", "a [squad] b"),
    // What is filled in is data: braces in a name are no template.
    ("{{key}}", "a/b {{value}} é"), ("{{key|urlencode}}", "a%2Fb%20%7B%7Bvalue%7D%7D%20%C3%A9"),
    (
      "https://x/{{ key | urlencode }}?v={{value | urlencode}}",
      "https://x/a%2Fb%20%7B%7Bvalue%7D%7D%20%C3%A9?v=%2426.10"
    ),
    // What cannot be read stands as it is.
    ("{{valu}} {{value}}", "{{valu}} $26.10"), ("{{value", "{{value"),
    ("value}} {{limit}}", "value}} <limit>"),
    ("{{a {{value}}", "{{a $26.10"), ("{{}}", "{{}}"), ("{{value | shout}}", "{{value | shout}}"),
    ("{{{value}}}", "{{{value}}}"),
  ])
  func fillsIn(text: String, filled: String) { #expect(TemplateTests.fill(text) == filled) }

  @Test(
    arguments: [
      ("{{value}} {{labels.x}}", []), ("{{valu}}", [.init(kind: .unknownName("valu"), quote: "{{valu}}")]),
      ("a {{ $labels.key }} b", [.init(kind: .unknownName("$labels.key"), quote: "{{ $labels.key }}")]),
      ("{{}}", [.init(kind: .unknownName(""), quote: "{{}}")]),
      ("{{labels.}}", [.init(kind: .unknownName("labels."), quote: "{{labels.}}")]),
      ("{{value", [.init(kind: .notClosed, quote: "{{")]), ("x }} y", [.init(kind: .notOpened, quote: "}}")]),
      (
        "{{a {{b}} }}",
        [
          .init(kind: .notClosed, quote: "{{"), .init(kind: .unknownName("b"), quote: "{{b}}"),
          .init(kind: .notOpened, quote: "}}"),
        ]
      ),
      ("{{key | urlencod}}", [.init(kind: .unknownFilter("urlencod"), quote: "{{key | urlencod}}")]),
    ] as [(String, [Template.Mistake])])
  func saysWhatIsWrong(text: String, mistakes: [Template.Mistake]) {
    #expect(Template(text).mistakes == mistakes)
  }

  @Test func knowsTheLabelsItAsksFor() {
    let template = Template("{{labels.a}} {{ labels.b | urlencode }} {{value}}")
    #expect(template.labels.map(\.name) == ["a", "b"])
    #expect(template.labels.map(\.quote) == ["{{labels.a}}", "{{ labels.b | urlencode }}"])
  }

  @Test func valuesAreEscapedAndTheTextIsNot() {
    #expect(
      TemplateTests.fill("<b>{{limit}}</b>", escape: { $0.replacing("<", with: "&lt;") })
        == "<b>&lt;limit></b>")
  }

  /// Whatever is written and filled in: it ends, within its bound, and a text without braces is itself.
  @Test(arguments: Dice.seeds) func isTotalAndBounded(seed: UInt64) {
    var dice = Dice(seed: seed)
    let parts = [
      "{", "}", "{{", "}}", "value", "key", " ", "|", "urlencode", "labels.x", "é", "👍", "x", "\n",
    ]
    for _ in 0..<2_000 {
      let text = (0..<dice.roll(0...12)).map { _ in dice.pick(parts) }.joined()
      let huge = String(repeating: "{{key}}", count: Int(dice.roll(0...3)))
      let limit = Int(dice.roll(0...40))
      let template = Template(text + huge)
      let filled = template.filled(limit: limit) { _ in String(repeating: "{{value}}", count: 500) }
      #expect(filled.count <= limit, "seed \(seed): \(text)")
      let whole = template.filled(limit: .max - 1) { _ in "" }
      if !template.mistakes.isEmpty {
        #expect(whole.contains("{{") || whole.contains("}}"), "seed \(seed): \(text)")
      }
      if !text.contains("{{"), !text.contains("}}"), huge.isEmpty { #expect(whole == text, "seed \(seed)") }
    }
  }
}
