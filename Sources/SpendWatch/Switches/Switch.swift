package import SpendEngine

/// A place where the request path can see that a subject is halted. Closed: a new switch is one folder and one case.
package enum Switch: Sendable, Hashable {
  case redis(RedisSwitch)
  case directory(DirectorySwitch)

  /// The sections an entry of `kill_switch:` may have, and their settings.
  package static let kinds: [(name: String, settings: [Setting])] = [
    ("redis", RedisSwitch.settings), ("directory", DirectorySwitch.settings),
  ]
}
