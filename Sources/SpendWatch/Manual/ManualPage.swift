/// A man page in mdoc(7), and where it belongs.
package struct ManualPage: Sendable, Hashable {
  package var name: String
  package var section: Int
  package var text: String

  /// `spendfuse-watch.1`
  package var fileName: String { "\(name).\(section)" }

  /// - Parameters:
  ///   - about: the line that apropos(1) shows.
  ///   - date: of the page, as in `2026-11-25`.
  init(_ name: String, _ section: Int, about: String, date: String, body: (inout ManualText) -> Void) {
    self.name = name
    self.section = section
    var text = ManualText()
    text.line("Dd", date)
    text.line("Dt", name.uppercased(), String(section))
    text.line("Os", ManualText.argument("spendfuse \(spendfuseVersion)"))
    text.section("Name")
    text.line("Nm", name)
    text.line("Nd", ManualText.escaped(about.hasSuffix(".") ? String(about.dropLast()) : about))
    body(&text)
    self.text = text.text
  }
}
