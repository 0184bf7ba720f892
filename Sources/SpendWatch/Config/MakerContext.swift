import SpendEngine

/// What makers of receivers and switches may use beside their own settings.
package struct MakerContext: Sendable {
  package var environment: ConfigEnvironment

  package init(environment: ConfigEnvironment) { self.environment = environment }

  /// The URL that stands in `inline`, or in the file that `file` names: exactly one of them.
  /// - Returns: nil with a problem where there is none; an empty secret with a warning where this user cannot see it.
  func url(
    _ values: SettingValues, inline: String, file: String, schemes: [String], problems: inout [SettingProblem]
  ) -> Secret? {
    if values.has(inline), values.has(file) {
      problems.append(
        SettingProblem(file, "both '\(inline)' and '\(file)' are given", hint: "keep '\(file)'"))
      return nil
    }
    let text: String
    let setting: String
    if let url = values.text(inline) {
      text = url
      setting = inline
    } else if let name = values.text(file) {
      setting = file
      switch SecretFile.read(name, in: environment) {
      case .value(let value): text = value
      case .unknown(let why):
        problems.append(SettingProblem(file, why, isWarning: true))
        return Secret("")
      case .refused(let refusal):
        problems.append(SettingProblem(file, refusal.message, hint: refusal.hint))
        return nil
      }
    } else if values.has(inline) || values.has(file) {
      // Its reader said what is wrong with it.
      return nil
    } else {
      problems.append(SettingProblem("", "neither '\(file)' nor '\(inline)' is given", hint: "add '\(file)'"))
      return nil
    }
    let isInsecureAllowed = values.flag("insecure") ?? false
    switch ConfiguredURL.parse(text, schemes: schemes) {
    case .failure(let refusal):
      let inside = setting == file ? "the URL in the file: " : ""
      problems.append(SettingProblem(setting, inside + refusal.message, hint: refusal.hint))
      return nil
    case .success(let url):
      if let refusal = url.refusal(isInsecureAllowed: isInsecureAllowed) {
        problems.append(SettingProblem(setting, refusal.message, hint: refusal.hint))
        return nil
      }
      return Secret(text)
    }
  }

  /// An absolute path.
  func path(_ values: SettingValues, _ setting: String, problems: inout [SettingProblem]) -> String? {
    guard let written = values.text(setting) else { return nil }
    switch environment.resolve(written) {
    case .success(let path): return path
    case .failure(let refusal):
      problems.append(SettingProblem(setting, refusal.message, hint: refusal.hint))
      return nil
    }
  }
}
