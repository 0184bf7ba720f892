/// A URL that an operator wrote, taken apart as far as the rules need it. Its path and its user may be secret.
struct ConfiguredURL {
  var scheme: String
  /// Lower case, without brackets.
  var host: String
  var port: Int?
  var hasUser: Bool
  var path: String

  /// - Parameter later: schemes of a later version.
  static func parse(
    _ text: String, schemes: [String], later: [String] = ["rediss"]
  ) -> Result<ConfiguredURL, WrittenValue.Refusal> {
    let example = "\(schemes[0])://..."
    func refuse(_ message: String, _ hint: String = "") -> Result<ConfiguredURL, WrittenValue.Refusal> {
      .failure(.init(message: message, hint: hint.isEmpty ? "write '\(example)'" : hint))
    }
    guard let separator = text.firstRange(of: "://") else { return refuse("this is no URL") }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard schemes.contains(scheme) else {
      if later.contains(scheme) {
        return .failure(.later("'\(scheme)://'", known: schemes.map { "\($0)://" }))
      }
      let isWord =
        !scheme.isEmpty && scheme.count <= 20
        && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "+") }
      return refuse(isWord ? "'\(scheme)://' is not taken here" : "this is no URL")
    }
    guard text.utf8.count <= 2048 else { return refuse("the URL is too long", "at most 2048 bytes") }
    guard text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }) else {
      return refuse("the URL holds spaces or other characters that a URL cannot have", "percent-encode them")
    }
    let rest = text[separator.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    let path = rest.dropFirst(authority.count)
    var hostAndPort = authority
    let at = authority.lastIndex(of: "@")
    if let at { hostAndPort = authority[authority.index(after: at)...] }
    guard let (host, port) = split(hostAndPort) else {
      return refuse("the URL's host or port cannot be read")
    }
    guard !host.isEmpty else { return refuse("the URL has no host") }
    return .success(
      ConfiguredURL(
        scheme: scheme, host: host.lowercased(), port: port, hasUser: at != nil, path: String(path)))
  }

  private static func split(_ text: Substring) -> (String, Int?)? {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<close]
      let after = text[text.index(after: close)...]
      guard after.isEmpty || after.hasPrefix(":") else { return nil }
      port = after.isEmpty ? nil : after.dropFirst()
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard let port else { return (String(host), nil) }
    guard let number = Int(port), (1...65535).contains(number) else { return nil }
    return (String(host), number)
  }

  /// Host and port, which is all that is ever shown.
  var shown: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port.map { "\(name):\($0)" } ?? name
  }

  /// Why the address must not be called; nil where it may. A configured URL is the operator's word, so loopback and private addresses
  /// are fine, also by plain http; plain http to the public needs `isInsecureAllowed`; metadata services are nobody's webhook.
  func refusal(isInsecureAllowed: Bool) -> WrittenValue.Refusal? {
    let reach = HostReach(host: host)
    switch reach {
    case .metadata:
      return .init(
        message: "'\(host)' is a link-local address, where clouds keep their credentials",
        hint: "write the address of the service itself")
    case .obscure:
      return .init(message: "'\(host)' is an address in disguise", hint: "write it as four decimal numbers")
    case .local: return nil
    case .open:
      guard scheme == "http", !isInsecureAllowed else { return nil }
      return .init(
        message: "plain http to '\(host)', a public address: anybody on the way can read the alerts",
        hint: "write https, or add 'insecure: true'")
    }
  }
}
