import Fuzzing
import SpendEngine
import SpendWatch

/// Any bytes as a rules file: used, or refused with a place and a cause that a terminal can show.
let rulesTarget = FuzzTarget("rules") { bytes in
  let environment = ConfigEnvironment(
    directory: "/nowhere", home: "/nowhere/ann", credentialsDirectory: nil,
    now: EngineTime(milliseconds: 1_795_000_000_000), secrets: .unneeded, needsPriceFile: false)
  let (configuration, diagnostics) = RulesFile.load(bytes, path: "rules.yaml", environment: environment)
  let errors = diagnostics.filter { $0.severity == .error }
  try require((configuration == nil) == !errors.isEmpty, "refused without an error, or used with one")
  let lines =
    bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 3 * bytes.count { $0 >= 0x80 } + 1
  for diagnostic in diagnostics {
    try require(!diagnostic.message.isEmpty, "a diagnostic says nothing")
    try require(
      (diagnostic.line > 0) == (diagnostic.column > 0) && diagnostic.line >= 0 && diagnostic.length > 0,
      "no place: \(diagnostic)")
    try require(diagnostic.line <= lines, "line \(diagnostic.line) of \(lines): \(diagnostic.message)")
  }
  let said = Diagnostic.render(diagnostics)
  try require(
    said.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f },
    "a diagnostic holds what a terminal obeys")
  let (again, second) = RulesFile.load(bytes, path: "rules.yaml", environment: environment)
  try require(
    (again == nil) == (configuration == nil) && second == diagnostics, "the second look says otherwise")
}
