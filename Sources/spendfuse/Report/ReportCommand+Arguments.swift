import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

extension ReportCommand {
  static func format(_ text: String) throws -> Format {
    guard let format = Format(name: text) else {
      throw ValidationError(
        "there is no format '\(text.printable)'\(near(text, Format.allCases.map(\.name)))")
    }
    return format
  }

  static func fields(_ text: String) throws -> [GroupField] {
    var fields: [GroupField] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let field = GroupField(rawValue: name) else {
        throw ValidationError(
          "cannot group by '\(name.printable)'\(near(name, GroupField.allCases.map(\.rawValue)))")
      }
      if !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  static func zone(_ text: String) throws -> TimeZone {
    if text == "local" { return .current }
    if text == "UTC" { return .gmt }
    guard let zone = TimeZone(identifier: text) else {
      throw ValidationError(
        "'\(text.printable)' is no time zone; write UTC, local, or a name such as Europe/Berlin")
    }
    return zone
  }

  private static func near(_ text: String, _ names: [String]) -> String {
    if let near = Nearest.name(to: text, among: names) { return "; did you mean '\(near)'?" }
    return "; one of \(names.joined(separator: ", "))"
  }

  /// That days are not those of the wall clock here, and what makes them so; nothing where they are, or were chosen.
  /// - Parameter isChosen: the user said which zone.
  static func zoneNote(
    _ by: [GroupField], isChosen: Bool, local: TimeZone = .current, at now: EngineTime
  ) -> [String] {
    guard !isChosen, let field = by.first(where: \.isTime) else { return [] }
    let halfYears = [0, 182].map {
      Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000 - $0 * 86_400)
    }
    guard halfYears.contains(where: { local.secondsFromGMT(for: $0) != 0 }) else { return [] }
    return ["\(field.rawValue)s are those of UTC; `--timezone local` takes those of \(local.identifier)"]
  }
}
