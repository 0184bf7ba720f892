/// A place in a switch: one name of something that can be halted. A key with an alias has two.
package struct SwitchName: Hashable, Sendable {
  package var kind: HaltTarget
  /// As it stands in Redis keys and file names (`encode`); empty for `global`.
  package var encoded: String

  package init(kind: HaltTarget, encoded: String) {
    self.kind = kind
    self.encoded = encoded
  }

  package static let global = SwitchName(kind: .global, encoded: "")

  /// Where `subject`'s halt is shown: its name, and a key's alias. Empty if it cannot be halted: only `global`, a key or a task
  /// can, and `(none)` cannot.
  package static func names(of subject: Subject) -> [SwitchName] {
    if subject.per == .global { return [.global] }
    let kind: HaltTarget
    switch subject.per {
    case .key: kind = .key
    case .task: kind = .task
    default: return []
    }
    guard subject.canBeHalted, let name = subject.names.first else { return [] }
    var names = [SwitchName(kind: kind, encoded: encode(name))]
    if kind == .key, let alias = subject.alias, !alias.isEmpty, alias != Subject.none, alias != name {
      names.append(SwitchName(kind: kind, encoded: encode(alias)))
    }
    return names
  }

  /// The longest encoded name in bytes; a hash stands for a longer one.
  package static let longest = 200

  /// A subject's name for Redis keys, file names and the like: its UTF-8 bytes, percent-encoded (upper-case digits) except
  /// `[A-Za-z0-9._-]`. Where that is over 200 bytes, `~` and the 64 hexadecimal digits of the name's SHA-256: no encoded name
  /// has a `~`, so none can be mistaken for a hash.
  package static func encode(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if byte.isAlphanumeric || "._-".utf8.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += "%\(byte.hex.uppercased())".utf8
      }
      if bytes.count > longest { return "~" + SHA256.hex(name) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What the place stands for, as far as its name says: a hash stays a hash, and a name that somebody else wrote without
  /// encoding it is taken as it is.
  package var subject: Subject {
    switch kind {
    case .global: .global
    case .key: .key(Self.decode(encoded))
    case .task: .task(Self.decode(encoded))
    }
  }

  /// In a directory of halts: `global.halt`, `key-ci-bot.halt`, `task-a%2Fb.halt`.
  package var fileName: String { kind == .global ? "global.halt" : "\(kind.rawValue)-\(encoded).halt" }

  private static func decode(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, bytes[index + 1].isAlphanumeric,
          let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
        else {
          return text
        }
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(validating: result, as: UTF8.self) ?? text
  }
}
