import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

/// Whatever a rules file may have is on the page, and nothing of a later version.
@Suite struct RulesManualTests {
  private let page = RulesManual.page(date: "2026-11-25").text

  private func every(_ settings: [Setting], _ path: String) -> [(path: String, setting: Setting)] {
    settings.flatMap { setting -> [(path: String, setting: Setting)] in
      let own = [(path: "\(path).\(setting.name)", setting: setting)]
      if case .section(let inner) = setting.kind { return own + every(inner, own[0].path) }
      return own
    }
  }

  @Test func everySettingIsThere() throws {
    for part in RulesManual.parts {
      let start = try #require(page.range(of: ".Sh \(part.title.uppercased())\n"), "\(part.title)")
      let rest = page[start.upperBound...]
      let section = rest.range(of: "\n.Sh ").map { rest[..<$0.lowerBound] } ?? rest
      for (path, setting) in every(part.settings, part.title) {
        let isThere = section.contains(".It Ic \(ManualText.argument(setting.name + ":")) Ar ")
        #expect(isThere == setting.isOffered, "\(path)")
        guard setting.isOffered else { continue }
        #expect(section.contains(ManualText.escaped(setting.help)), "\(path)")
        #expect(section.contains(ManualText.escaped("\(setting.name): \(setting.example)")), "\(path)")
      }
    }
  }

  /// A kind that is new comes by itself; these would be found missing if a table were left out.
  @Test func everyTableIsThere() {
    let titles = RulesManual.parts.map(\.title)
    let sections = RulesSections.sections.filter { section in
      !titles.contains { $0 == section || $0.hasPrefix(section + ":") }
    }
    #expect(sections.isEmpty)
    #expect(titles.count { $0.hasPrefix("rules:") } == RuleKind.Name.allCases.count)
    #expect(Set(titles).count == titles.count)
    let offered = RulesManual.parts.flatMap { every($0.settings, $0.title) }.filter(\.setting.isOffered)
    #expect(
      offered.count > 50 && offered.allSatisfy { !$0.setting.help.isEmpty && !$0.setting.example.isEmpty })
  }
}
