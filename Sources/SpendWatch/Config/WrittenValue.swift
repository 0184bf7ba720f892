import SpendEngine

/// One value as it was written, before a setting gives it a meaning.
struct WrittenValue {
  var text: String

  /// Why a value was not taken. The text of a URL is never in it.
  struct Refusal: Error {
    var message: String
    var hint = ""
    /// The value is of a later version, or of another kind of rule: what is missing beside it may well belong to that.
    var isLater = false

    /// - Parameter known: what this version takes instead.
    static func later(_ what: String, known: [String]) -> Refusal {
      Refusal(
        message: "\(what) is not supported in this version",
        hint: "supported: \(known.joined(separator: ", "))", isLater: true)
    }
  }

  func value(for setting: Setting) -> Result<SettingValue, Refusal> {
    switch setting.kind {
    case .text: return plainText(setting).map(SettingValue.text)
    case .choice(let words): return choice(words, setting).map(SettingValue.text)
    case .number: return number().map(SettingValue.number)
    case .amount: return Self.amount(text).map(SettingValue.amount)
    case .count(let range): return count(range).map(SettingValue.number)
    case .duration: return Self.duration(text).map(SettingValue.number)
    case .window: return window(setting).map(SettingValue.window)
    case .per: return per(setting).map(SettingValue.per)
    case .flag: return flag().map(SettingValue.flag)
    case .path: return path().map(SettingValue.text)
    case .url(let schemes):
      return ConfiguredURL.parse(text, schemes: schemes).map { _ in .text(text) }
    case .percent: return Self.percent(text).map(SettingValue.number)
    case .wordOrDuration(let words): return word(words, setting)
    case .percentages, .amounts, .texts, .templates, .mapping, .section:
      return .failure(Refusal(message: "'\(setting.name)' is not a single value"))
    }
  }

  private func plainText(_ setting: Setting) -> Result<String, Refusal> {
    if text.isEmpty, setting.required { return .failure(Refusal(message: "'\(setting.name)' is empty")) }
    if text.count > 200 {
      return .failure(Refusal(message: "'\(setting.name)' is too long", hint: "at most 200 characters"))
    }
    guard !text.unicodeScalars.contains(where: \.isHidden) else {
      return .failure(Refusal(message: "'\(setting.name)' holds control characters", hint: "remove them"))
    }
    return .success(text)
  }

  private func choice(_ words: [String], _ setting: Setting) -> Result<String, Refusal> {
    if words.contains(text) { return .success(text) }
    if setting.later.contains(text) {
      return .failure(.later("'\(setting.name): \(text)'", known: words))
    }
    if let place = setting.elsewhere[text] {
      let message = "'\(setting.name): \(text)' does not go here"
      return .failure(Refusal(message: message, hint: place, isLater: true))
    }
    return .failure(unknown(setting.name, words))
  }

  private func word(_ words: [String], _ setting: Setting) -> Result<SettingValue, Refusal> {
    if words.contains(text) { return .success(.text(text)) }
    if text.first?.isNumber ?? false { return Self.duration(text).map(SettingValue.number) }
    var refusal = unknown(setting.name, words)
    if !refusal.hint.hasPrefix("did") { refusal.hint += ", or a duration such as 2h" }
    return .failure(refusal)
  }

  private func unknown(_ name: String, _ words: [String]) -> Refusal {
    let near = Nearest.name(to: text, among: words)
    return Refusal(
      message: "'\(text)' is not a value of '\(name)'",
      hint: near.map { "did you mean '\($0)'?" } ?? "one of \(words.joined(separator: ", "))")
  }

  private func window(_ setting: Setting) -> Result<Window, Refusal> {
    if let window = Window(name: text), window != .request { return .success(window) }
    if setting.later.contains(text) {
      return .failure(.later("'\(setting.name): \(text)'", known: Window.all.map(\.name)))
    }
    if text == "request" {
      return .failure(
        Refusal(message: "a single call is no window", hint: "write 'per: request', and leave 'window' out"))
    }
    if text.first?.isNumber ?? false {
      return Self.duration(text).flatMap { _ in
        .failure(
          Refusal(
            message: "'\(text)' is no span for a sliding window", hint: "from 1m to 30d, such as 5m or 24h"))
      }
    }
    var refusal = unknown(setting.name, Window.all.map(\.name))
    if !refusal.hint.hasPrefix("did") { refusal.hint += ", or a span such as 5m or 24h" }
    return .failure(refusal)
  }

  private func per(_ setting: Setting) -> Result<Per, Refusal> {
    if let per = Per(name: text) { return .success(per) }
    let known = ["global"] + Dimension.allCases.map(\.name)
    if setting.later.contains(text) {
      return .failure(.later("'\(setting.name): \(text)'", known: known))
    }
    let parts = text.split(separator: "+", omittingEmptySubsequences: false).map { part in
      String(part.filter { !$0.isWhitespace })
    }
    for part in parts where !known.contains(part) {
      if part == "request" {
        return .failure(
          Refusal(message: "'request' is a single call: it cannot be combined", hint: "write 'request'"))
      }
      let near = Nearest.name(to: part, among: parts.count == 1 ? known + ["request"] : known)
      return .failure(
        Refusal(
          message: "'\(part)' is nothing to count by",
          hint: near.map { "did you mean '\($0)'?" }
            ?? "one of \(known.joined(separator: ", ")), request, or a combination such as key+model"))
    }
    if parts.count > 1, parts.contains("global") {
      return .failure(
        Refusal(message: "'global' is everything: it cannot be combined", hint: "write 'global'"))
    }
    var unique: [String] = []
    for part in parts where !unique.contains(part) { unique.append(part) }
    return .failure(
      Refusal(message: "'\(text)' is not a combination", hint: "write '\(unique.joined(separator: "+"))'"))
  }

  private func flag() -> Result<Bool, Refusal> {
    switch text.lowercased() {
    case "true": .success(true)
    case "false": .success(false)
    case "yes", "on", "y", "1":
      .failure(Refusal(message: "'\(text)' is neither true nor false", hint: "write 'true'"))
    case "no", "off", "n", "0":
      .failure(Refusal(message: "'\(text)' is neither true nor false", hint: "write 'false'"))
    default:
      .failure(Refusal(message: "'\(text)' is neither true nor false", hint: "write 'true' or 'false'"))
    }
  }

  private func path() -> Result<String, Refusal> {
    guard !text.isEmpty else { return .failure(Refusal(message: "the path is empty")) }
    guard text.utf8.count < 4096,
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      return .failure(Refusal(message: "this is no path", hint: "at most 4095 bytes, no control characters"))
    }
    return .success(text)
  }

  private func count(_ range: ClosedRange<Int64>) -> Result<Int64, Refusal> {
    Self.amount(text).flatMap { amount in
      let (whole, rest) = amount.quotientAndRemainder(dividingBy: DecimalText.unit)
      guard rest == 0, let count = Int64(exactly: whole), range.contains(count) else {
        return .failure(
          Refusal(
            message: "'\(text)' is out of range",
            hint: "a whole number from \(range.lowerBound) to \(range.upperBound)"))
      }
      return .success(count)
    }
  }

  private func number() -> Result<Int64, Refusal> {
    Self.amount(text).flatMap { amount in
      guard amount >= 0 else { return .failure(Refusal(message: "'\(text)' is below 0")) }
      guard let number = Int64(exactly: amount) else {
        return .failure(Refusal(message: "'\(text)' is too large", hint: "at most 9000000000"))
      }
      return .success(number)
    }
  }

  /// A decimal number times 1e9, exactly.
  static func amount(_ text: String) -> Result<Int128, Refusal> {
    do { return .success(try DecimalText.scaled(text)) } catch {
      switch error {
      case .tooFine:
        return .failure(
          Refusal(message: "'\(text)' has more than 9 decimals", hint: "at most 9 decimals are kept"))
      case .tooLarge: return .failure(Refusal(message: "'\(text)' is too large"))
      case .malformed: break
      }
      // What people write around numbers: $25, 25 USD, 1,000.00, 1_000, .50
      var plain = text.filter { !"$€£_ ".contains($0) }
      // A comma before the last one or two digits is a decimal comma, and points before it are groups: 1.000,50. Else commas are groups.
      let parts = plain.split(separator: ",", omittingEmptySubsequences: false)
      if parts.count == 2, (1...2).contains(parts[1].count) {
        plain = parts[0].filter { $0 != "." } + "." + parts[1]
      } else {
        plain = plain.filter { $0 != "," }
      }
      for unit in ["USD", "usd"] where plain.hasSuffix(unit) { plain = String(plain.dropLast(unit.count)) }
      if plain.hasPrefix(".") { plain = "0" + plain }
      if plain.hasSuffix(".") { plain = String(plain.dropLast()) }
      if plain.hasSuffix("%"), let percent = try? DecimalText.scaled(String(plain.dropLast())) {
        let share = NanoUSD(rawValue: Int64(clamping: percent / 100)).decimal
        return .failure(Refusal(message: "'\(text)' is no number", hint: "a share is written '\(share)'"))
      }
      let isNumber = (try? DecimalText.scaled(plain)) != nil
      return .failure(
        Refusal(
          message: "'\(text)' is no number",
          hint: isNumber ? "write '\(plain)'" : ""))
    }
  }

  /// `50%` or `50`, 1 to 99.
  static func percent(_ text: String) -> Result<Int64, Refusal> {
    let number = text.hasSuffix("%") ? String(text.dropLast()) : text
    guard let scaled = try? DecimalText.scaled(number) else {
      return .failure(Refusal(message: "'\(text)' is no percentage", hint: "such as [50%, 80%]"))
    }
    let (whole, rest) = scaled.quotientAndRemainder(dividingBy: DecimalText.unit)
    guard rest == 0 else {
      let hundredfold = scaled * 100 / DecimalText.unit
      let hint =
        !text.hasSuffix("%") && scaled > 0 && scaled < DecimalText.unit
        ? "write '\(hundredfold)%'" : "write a whole number"
      return .failure(Refusal(message: "'\(text)' is no whole percentage", hint: hint))
    }
    guard let percent = Int64(exactly: whole), (1...99).contains(percent) else {
      let hint = whole >= 100 ? "the limit itself (100 %) always alerts" : "from 1% to 99%"
      return .failure(Refusal(message: "'\(text)' is no step below the limit", hint: hint))
    }
    return .success(percent)
  }

  /// `90s`, `5m`, `24h`, `30d` in milliseconds, more than 0.
  static func duration(_ text: String) -> Result<Int64, Refusal> {
    guard let span = Milliseconds(span: text) else {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      let letter = text.dropFirst(digits.count).first { !$0.isWhitespace }?.lowercased().first
      let guess = Milliseconds.units.first { $0.letter == letter }.map { "write '\(digits)\($0.letter)'" }
      let hint =
        digits.isEmpty || text.contains(where: { ".,:".contains($0) })
        ? "a whole number and a unit, such as 90s, 10m, 24h, 30d"
        : guess ?? "write '\(digits)s', '\(digits)m' or '\(digits)h'"
      return .failure(Refusal(message: "'\(text)' is no duration", hint: hint))
    }
    guard span > 0 else {
      return .failure(Refusal(message: "'\(text)' is no duration", hint: "more than 0, such as 10m"))
    }
    guard span <= Milliseconds.longestSpan else {
      return .failure(Refusal(message: "'\(text)' is too long", hint: "at most 3660d"))
    }
    return .success(span)
  }
}
