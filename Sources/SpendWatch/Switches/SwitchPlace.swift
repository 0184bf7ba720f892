import SpendEngine

/// Why a switch could not be read or written. For people: no password, no URL.
struct SwitchFailure: Error, Hashable {
  var text: String
}

/// How one kind of switch is read and written; what to write is `SwitchProjection`'s business. Closed: the compiler names every place
/// that must know a new kind.
enum SwitchPlace {
  case redis(RedisPlace)
  case directory(DirectoryPlace)

  init(_ kind: Switch) {
    switch kind {
    case .redis(let settings): self = .redis(RedisPlace(settings))
    case .directory(let settings): self = .directory(DirectoryPlace(settings))
    }
  }

  /// For people: `redis 127.0.0.1:6379`, `directory /run/spendfuse/halts`.
  var label: String {
    switch self {
    case .redis(let place): place.label
    case .directory(let place): place.label
    }
  }

  /// Equal for settings that lead to the same flags: host, port, database and prefix, or the directory.
  var identity: [String] {
    switch self {
    case .redis(let place): place.identity
    case .directory(let place): place.identity
    }
  }

  /// Files are readable by everybody on the host, so their reasons carry no amounts.
  var hidesAmounts: Bool {
    switch self {
    case .redis: false
    case .directory: true
    }
  }

  /// One reading a name, in order.
  func read(_ names: [SwitchName], now: EngineTime) throws(SwitchFailure) -> [SwitchReading] {
    switch self {
    case .redis(let place): try place.read(names, now: now)
    case .directory(let place): try place.read(names, now: now)
    }
  }

  /// Writes all of them, and returns what stood there if that comes with it (Redis: in the same transaction).
  func write(_ marks: [(name: SwitchName, text: WrittenReason)], now: EngineTime) throws(SwitchFailure)
    -> [SwitchReading]?
  {
    switch self {
    case .redis(let place): return try place.write(marks, now: now)
    case .directory(let place):
      try place.write(marks)
      return nil
    }
  }

  /// Takes it away if it still is as it was read; else it is left for the next round.
  func remove(_ name: SwitchName, _ reading: SwitchReading) throws(SwitchFailure) {
    switch self {
    case .redis(let place): try place.remove(name, reading)
    case .directory(let place): try place.remove(name)
    }
  }

  /// Puts back what `write` overwrote.
  func restore(_ name: SwitchName, _ reading: SwitchReading) throws(SwitchFailure) {
    switch self {
    case .redis(let place): try place.restore(name, reading)
    case .directory: break  // Read before it is written, so there is nothing to put back.
    }
  }

  /// Names that stand there, whoever wrote them: all of them, or the next part of them.
  func discover(now: EngineTime) throws(SwitchFailure) -> [SwitchName] {
    switch self {
    case .redis(let place): try place.discover(now: now)
    case .directory(let place): try place.discover(now: now)
    }
  }
}
