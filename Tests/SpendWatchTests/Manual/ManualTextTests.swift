import Testing

@testable import SpendWatch

@Suite struct ManualTextTests {
  @Test(
    arguments: [
      ("plain", "plain"), (".Sh no macro", "\\&.Sh no macro"), ("'br", "\\(aqbr"), ("a\\fB", "a\\efB"),
      ("--rules -", "\\-\\-rules \\-"), ("~/a `b` ^", "\\(ti/a \\(gab\\(ga \\(ha"), ("naïve …", "naïve …"),
      ("", ""),
    ]) func isEscaped(_ text: String, _ expected: String)
  {
    #expect(ManualText.escaped(text) == expected)
  }

  @Test(
    arguments: [
      ("file", #""\&file""#), ("Fl", #""\&Fl""#), ("two words", #""\&two words""#),
      (#"say "so""#, #""\&say \(dqso\(dq""#),
      (".", #""\&\&.""#),
    ]) func isOneArgument(_ text: String, _ expected: String)
  {
    #expect(ManualText.argument(text) == expected)
  }

  @Test func paragraphsAndExamples() {
    var text = ManualText()
    text.prose(
      """
      One,
      two.

      Three:

        run this

        .and this
      Four.


      Five:
        last
      """)
    #expect(
      text.text == """
        One,
        two.
        .Pp
        Three:
        .Bd -literal -offset indent
        run this

        \\&.and this
        .Ed
        .Pp
        Four.
        .Pp
        Five:
        .Bd -literal -offset indent
        last
        .Ed

        """)
  }

  @Test func listsAndAPage() {
    let page = ManualPage("x-y", 5, about: "does it.", date: "2026-11-25") { text in
      text.section("Description")
      text.list([])
      text.list([(head: "Ic a", body: { $0.prose("first") }), (head: "Ic b", body: { _ in })])
    }
    #expect(page.fileName == "x-y.5")
    #expect(
      page.text == """
        .Dd 2026-11-25
        .Dt X-Y 5
        .Os "\\&spendfuse \(spendfuseVersion)"
        .Sh NAME
        .Nm x-y
        .Nd does it
        .Sh DESCRIPTION
        .Bl -tag -width Ds
        .It Ic a
        first
        .It Ic b
        .El

        """)
  }
}
