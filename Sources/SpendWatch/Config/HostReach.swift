/// How far a host is, as far as its name tells. Names are not looked up: what they resolve to may change after the check.
enum HostReach: Hashable {
  /// This machine, or a private network.
  case local
  case open
  /// Link-local or otherwise known for a cloud's metadata service.
  case metadata
  /// A number that some resolvers take for an address: 2852039166, 0xA9FEA9FE, 0251.0376.0251.0376.
  case obscure

  private static let localSuffixes = [
    ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc", ".test", ".intranet",
  ]
  private static let metadataNames: Set<String> = [
    "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
  ]

  /// - Parameter host: lower case, an IPv6 address without brackets.
  init(host: String) {
    let host = host.hasSuffix(".") ? String(host.dropLast()) : host
    if Self.metadataNames.contains(host) {
      self = .metadata
    } else if let bytes = Self.ipv4(host) {
      self.init(ipv4: bytes)
    } else if host.contains(":") {
      self = Self.reach(ipv6: host)
    } else if host.split(separator: ".").last?.first?.isNumber == true || host.hasPrefix("0x") {
      self = .obscure
    } else if !host.contains(".") || Self.localSuffixes.contains(where: host.hasSuffix) {
      // One label is a name of the local network: localhost, a container, a search domain.
      self = .local
    } else {
      self = .open
    }
  }

  private init(ipv4 bytes: [UInt8]) {
    switch (bytes[0], bytes[1]) {
    case (169, 254): self = .metadata
    case (100, 100) where bytes[2] == 100 && bytes[3] == 200: self = .metadata
    case (127, _), (10, _), (192, 168), (172, 16...31), (100, 64...127): self = .local
    case (0, _): self = .obscure
    default: self = .open
    }
  }

  /// Four decimal numbers without leading zeros.
  private static func ipv4(_ host: String) -> [UInt8]? {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard part.allSatisfy({ $0.isASCII && $0.isNumber }), part == "0" || part.first != "0",
        let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func reach(ipv6 host: String) -> HostReach {
    let address = host.prefix { $0 != "%" }
    guard let groups = groups(String(address)) else { return .obscure }
    let head = Array(groups[0..<5])
    if head.allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF || (groups[5] == 0 && groups[6] != 0) {
      // An IPv4 address in IPv6's clothes.
      return HostReach(ipv4: [
        UInt8(groups[6] >> 8), UInt8(groups[6] & 0xFF), UInt8(groups[7] >> 8), UInt8(groups[7] & 0xFF),
      ])
    }
    if groups[0..<7].allSatisfy({ $0 == 0 }) { return groups[7] == 1 ? .local : .obscure }
    if groups == [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254] { return .metadata }
    if groups[0] & 0xFFC0 == 0xFE80 || groups[0] & 0xFE00 == 0xFC00 { return .local }
    return .open
  }

  private static func groups(_ address: String) -> [UInt16]? {
    var text = address
    if let last = text.split(separator: ":").last, last.contains("."), let bytes = ipv4(String(last)) {
      let high = String(UInt16(bytes[0]) << 8 | UInt16(bytes[1]), radix: 16)
      let low = String(UInt16(bytes[2]) << 8 | UInt16(bytes[3]), radix: 16)
      text = String(text.dropLast(last.count)) + "\(high):\(low)"
    }
    func numbers(_ part: Substring) -> [UInt16]? {
      if part.isEmpty { return [] }
      let groups = part.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0, radix: 16) }
      return groups.contains(nil) ? nil : groups.compactMap { $0 }
    }
    guard let gap = text.firstRange(of: "::") else {
      let all = numbers(text[...])
      return all?.count == 8 ? all : nil
    }
    guard let before = numbers(text[..<gap.lowerBound]), let after = numbers(text[gap.upperBound...]),
      before.count + after.count < 8
    else { return nil }
    return before + [UInt16](repeating: 0, count: 8 - before.count - after.count) + after
  }
}
