import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ConfigSecretTests {
  private let folder = TempDir()

  private func put(_ name: String, _ text: String = "https://a.example/hook\n", mode: Int = 0o600) throws {
    let path = try folder.write(name, text)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private func load(
    _ file: String, credentials: String? = nil, secrets: ConfigEnvironment.Secrets = .required
  ) -> (url: String?, diagnostics: [Diagnostic]) {
    let environment = ConfigEnvironment(
      directory: folder.path, home: folder.path, credentialsDirectory: credentials.map(folder.file),
      now: EngineTime(milliseconds: 0), secrets: secrets)
    let text = """
      sources: [{path: /a.jsonl}]
      rules: [{name: a, per: key, window: day, limit: 1}]
      receivers: [{name: a, webhook: {url_file: "\(file)"}}]
      """
    let (configuration, diagnostics) = RulesFile.load([UInt8](text.utf8), path: "r", environment: environment)
    return (configuration?.receivers.first?.url.revealed, diagnostics)
  }

  @Test(arguments: ["hook", "./hook", "~/hook"]) func isFound(_ name: String) throws {
    try put("hook")
    #expect(load(name).url == "https://a.example/hook")
    #expect(load(folder.file("hook")).url == "https://a.example/hook")
  }

  /// systemd's directory comes first, and its files may have any mode: the directory is closed.
  @Test func credentialsComeFirst() throws {
    try put("hook")
    try put("credentials/hook", "https://b.example/hook", mode: 0o444)
    #expect(load("hook", credentials: "credentials").url == "https://b.example/hook")
    #expect(load(folder.file("credentials/hook"), credentials: "credentials").url == "https://b.example/hook")
    #expect(load("hook", credentials: "elsewhere").url == "https://a.example/hook")
    // A way out of the directory is not in it.
    try put("open", mode: 0o444)
    #expect(load(folder.file("credentials/../open"), credentials: "credentials").url == nil)
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o644, 0o777]) func isRefusedWhereOthersMayReadOrWrite(
    _ mode: Int
  ) throws {
    try put("hook", mode: mode)
    let (url, diagnostics) = load("hook")
    #expect(url == nil)
    #expect(
      diagnostics.map(\.message) == ["others may read or change 'hook' (mode 0\(String(mode, radix: 8)))"])
  }

  @Test(arguments: [
    "", "  \n", "two words", "a\nb", "ftp://a.example", "https://", "not a url", "\u{FEFF}https://a.example",
  ])
  func refuses(_ text: String) throws {
    try put("hook", text)
    let (url, diagnostics) = load("hook")
    #expect(url == nil)
    #expect(diagnostics.count { $0.severity == .error } == 1)
  }

  @Test func refusesWhatIsNoSmallTextFile() throws {
    try put("large", String(repeating: "x", count: 70_000))
    #expect(load("large").diagnostics.map(\.message) == ["'large' is too large for a secret"])
    #expect(load("/dev/zero").diagnostics.map(\.message) == ["'/dev/zero' is not a file"])
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(load("pipe").diagnostics.map(\.message) == ["'pipe' is not a file"])
    let path = folder.file("bytes")
    try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    #expect(load("bytes").diagnostics.map(\.message) == ["'bytes' is not UTF-8 text"])
  }

  /// `check` by somebody else than the daemon: told, and not refused.
  @Test func checkSaysWhatItCannotSee() throws {
    let missing = load("hook", secrets: .whereReadable)
    #expect(missing.url == "")
    #expect(missing.diagnostics.map(\.severity) == [.warning])
    #expect(
      missing.diagnostics.first?.message.contains("a unit that has it as a credential will find it") == true)
    // A path that is written out must be there.
    #expect(load("./hook", secrets: .whereReadable).url == nil)
    #expect(load("hook", credentials: "elsewhere", secrets: .whereReadable).url == nil)
    if getuid() != 0 {
      try put("hook", mode: 0)
      #expect(load("hook").url == nil)
      let closed = load("hook", secrets: .whereReadable)
      #expect(closed.url == "")
      #expect(closed.diagnostics.first?.message.contains("may not read") == true)
    }
  }

  @Test(
    arguments: [
      ("127.0.0.1", .local), ("10.0.0.1", .local), ("172.16.0.1", .local), ("172.32.0.1", .open),
      ("192.168.1.1", .local),
      ("100.64.0.1", .local), ("8.8.8.8", .open), ("169.254.169.254", .metadata), ("169.254.0.1", .metadata),
      ("100.100.100.200", .metadata), ("0.0.0.0", .obscure), ("127.1", .obscure), ("2130706433", .obscure),
      ("0x7f000001", .obscure), ("0177.0.0.1", .obscure), ("1.2.3.4.5", .obscure), ("::1", .local),
      ("::", .obscure),
      ("fe80::1", .local), ("fd12:3456::1", .local), ("fd00:ec2::254", .metadata), ("2001:db8::1", .open),
      ("::ffff:10.0.0.1", .local), ("::ffff:8.8.8.8", .open), ("::ffff:a9fe:a9fe", .metadata),
      ("::169.254.169.254", .metadata),
      ("1:2:3", .obscure), (":::", .obscure), ("1::2::3", .obscure), ("localhost", .local), ("redis", .local),
      ("ops.internal", .local), ("metadata.google.internal", .metadata),
      ("metadata.google.internal.", .metadata),
      ("hooks.slack.com", .open), ("localhost.evil.com", .open), ("internal.example.com", .open),
      ("", .local),
    ] as [(String, HostReach)])
  func reach(_ host: String, _ reach: HostReach) { #expect(HostReach(host: host) == reach) }

  /// What a line shows of its secrets: nothing that was in angle brackets.
  @Test(arguments: [
    "url: https://hooks.slack.com/<services/T0/B0/x>", "url: redis://<user:p@ss>@127.0.0.1:6379/<0>",
    "webhook: {url: 'https://a.example/<x y>', insecure: true}", "url: <hooks.slack.com/services/x>",
    "url: \"<no scheme>\"",
    "  webhook_url:   https://a.example?<token=x> # a note", "# tried https://a.example/<x>", "URL: <xyz>",
    "- {url: https://a.example/<x>, url_file: hook}", "url: https://<user:pw/with/slash>@a.example/<x>",
    "curl -d x https://a.example/<x y z>",
  ])
  func masks(_ marked: String) {
    let line = marked.filter { $0 != "<" && $0 != ">" }
    var expected: [Bool] = []
    var isSecret = false
    for character in marked {
      switch character {
      case "<": isSecret = true
      case ">": isSecret = false
      default: expected.append(isSecret)
      }
    }
    let mask = SecretSpans.mask(of: line)
    let shown = String(zip(line, mask).map { $1 ? "*" : $0 })
    #expect(shown == String(zip(line, expected).map { $1 ? "*" : $0 }))
  }

  @Test(arguments: [
    "/mode", "/path", "path: /a/b", "rules:", "", "url_file: slack-webhook", "://", "url:", "url: ",
  ])
  func showsTheRest(_ line: String) { #expect(!SecretSpans.mask(of: line).contains(true)) }
}
