package import SpendEngine

/// One file a halted subject, for guards without a network.
package struct DirectorySwitch: Sendable, Hashable {
  /// Absolute.
  package var path: String

  package init(path: String) { self.path = path }

  package static let settings: [Setting] = [
    Setting(
      "path", .path, required: true, help: "the directory; made where missing",
      example: "/run/spendfuse/halts")
  ]

  static func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> DirectorySwitch? {
    context.path(values, "path", problems: &problems).map { DirectorySwitch(path: $0) }
  }
}
