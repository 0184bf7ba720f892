import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

extension ReportCommand {
  static func fields(_ text: String) throws -> [GroupField] {
    var fields: [GroupField] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingCharacters(in: .whitespaces)
      guard let field = GroupField(rawValue: name) else {
        throw ValidationError(
          "cannot group by '\(name.printable)'; "
            + Nearest.hint(to: name, among: GroupField.allCases.map(\.rawValue)))
      }
      if !fields.contains(field) { fields.append(field) }
    }
    return fields
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
