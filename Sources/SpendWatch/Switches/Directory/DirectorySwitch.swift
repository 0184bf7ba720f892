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
}
