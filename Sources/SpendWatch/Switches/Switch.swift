package import SpendEngine

/// A place where the request path can see that a subject is halted. Closed: a new switch is one folder and one case.
package enum Switch: Sendable, Hashable {
  case redis(RedisSwitch)
  case directory(DirectorySwitch)

  /// A kind without its settings: the section's name in a rules file.
  package enum Name: String, SectionName {
    case redis, directory
  }

  package var name: Name {
    switch self {
    case .redis: .redis
    case .directory: .directory
    }
  }
}

extension Switch.Name {
  package var settings: [Setting] {
    switch self {
    case .redis: RedisSwitch.settings
    case .directory: DirectorySwitch.settings
    }
  }

  /// - Parameter values: each checked for itself against `settings`.
  /// - Returns: nil with the problems, where it cannot be made.
  package func make(
    _ values: SettingValues, _ context: MakerContext, problems: inout [SettingProblem]
  ) -> Switch? {
    switch self {
    case .redis: RedisSwitch.make(values, context, problems: &problems).map(Switch.redis)
    case .directory: DirectorySwitch.make(values, context, problems: &problems).map(Switch.directory)
    }
  }
}
