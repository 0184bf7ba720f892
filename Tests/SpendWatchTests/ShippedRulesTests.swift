import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// /etc/spendfuse/rules.yaml of the Debian package is the repository's rules.yaml with stated changes.
@Suite struct ShippedRulesTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private let original: String
  private let shipped: String

  init() throws {
    let rules = Self.repository.appendingPathComponent("rules.yaml")
    original = try String(contentsOf: rules, encoding: .utf8)
    let sed = Process()
    sed.executableURL = URL(fileURLWithPath: "/usr/bin/sed")
    sed.arguments = [
      "-f", Self.repository.appendingPathComponent("systemd/debian/rules.sed").path, rules.path,
    ]
    let pipe = Pipe()
    sed.standardOutput = pipe
    try sed.run()
    shipped = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    sed.waitUntilExit()
    try #require(sed.terminationStatus == 0)
  }

  private func load(_ text: String, home: String?) throws -> Configuration {
    let environment = ConfigEnvironment(
      directory: "/etc/spendfuse", home: home, credentialsDirectory: nil,
      now: EngineTime(milliseconds: 1_795_000_000_000))
    let (configuration, diagnostics) = RulesFile.load(
      Array(text.utf8), path: "rules.yaml", environment: environment)
    #expect(diagnostics.isEmpty, "\(Diagnostic.render(diagnostics))")
    return try #require(configuration)
  }

  @Test func looksOnAndHaltsNobody() throws {
    let configuration = try load(shipped, home: nil)
    #expect(configuration.mode == .shadow)
    #expect(configuration.rules.rules.allSatisfy { $0.mode == .shadow } && !configuration.rules.rules.isEmpty)
    #expect(configuration.switches == [.directory(DirectorySwitch(path: "/run/spendfuse/halts"))])
    #expect(configuration.sources.count == 2)
    #expect(configuration.sources.allSatisfy { $0.pattern.hasPrefix("/var/log/") })
    #expect(!shipped.contains("~"), "the service's user has no home")
  }

  /// Where a user's own halts are: what the user unit, the README and the man page say.
  @Test func aUsersHaltsAreWhereTheUnitSays() throws {
    let configuration = try load(original, home: "/home/ann")
    #expect(
      configuration.switches == [.directory(DirectorySwitch(path: "/home/ann/.local/state/spendfuse/halts"))])
    let unit = try String(
      contentsOf: Self.repository.appendingPathComponent("systemd/user/spendfuse.service"), encoding: .utf8)
    #expect(unit.contains("~/.local/state/spendfuse, and in halts/ below it"))
  }

  /// With the three changes taken back they are one file.
  @Test func rulesAndLimitsAreTheSame() throws {
    var uncapped = shipped
    let line = try #require(uncapped.range(of: #"(?m)^mode: shadow .*\n"#, options: .regularExpression))
    uncapped.removeSubrange(line)
    let (one, other) = (try load(uncapped, home: nil), try load(original, home: "/home/ann"))
    #expect(one.rules.rules == other.rules.rules)
    #expect(one.rules.brake == other.rules.brake)
    #expect(one.sources == other.sources.filter { !$0.pattern.hasPrefix("/home/ann/") })
    #expect(one.receivers == other.receivers)
  }

  /// A comment that the changes leave out, or a line that they touch by chance, shows here.
  @Test func onlyTheseLinesDiffer() {
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
    let removed = lines(shipped).difference(from: lines(original)).removals.map { change -> String in
      if case .remove(_, let element, _) = change { String(element) } else { "" }
    }
    #expect(
      removed.allSatisfy { line in
        line.contains("~")
          || ["    format: claude-code", "    format: codex", "    format: spendfuse"].contains(line)
          || line.hasPrefix("# spendfuse watches") || line.hasPrefix("# This file works as it stands")
          || line.hasPrefix("# Where callers see")
      }, "\(removed)")
    #expect(removed.count == 13, "\(removed)")
  }

  /// What is linked into the program is named.
  @Test func theCopyrightNamesEveryPackage() throws {
    let copyright = try String(
      contentsOf: Self.repository.appendingPathComponent("systemd/debian/copyright"), encoding: .utf8)
    let manifest = try String(
      contentsOf: Self.repository.appendingPathComponent("Package.swift"), encoding: .utf8)
    let packages = manifest.matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/).map { $0.1.lowercased() }
    #expect(packages.count >= 4)
    for package in packages { #expect(copyright.contains("Files: \(package)/*"), "\(package)") }
  }
}
