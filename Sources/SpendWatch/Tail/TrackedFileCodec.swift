internal import SpendEngine

extension TrackedFile {
  private static let version: UInt8 = 3
  /// Without `packed`, `whole` and `cuts`.
  private static let formerVersion: UInt8 = 2

  /// As the state's `TrackedRow` holds it.
  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.byte(TrackedFile.version)
    writer.unsigned(UInt64(id.rawValue))
    writer.string(pattern)
    writer.blob(path.bytes)
    writer.fixed(identity.device)
    writer.fixed(identity.inode)
    writer.signed(identity.birthSeconds)
    writer.unsigned(UInt64(identity.birthNanoseconds))
    writer.byte(state.rawValue)
    writer.signed(offset)
    writer.unsigned(UInt64(heads.count))
    for marker in heads + [tail] { marker.write(&writer) }
    writer.byte(skipsLine ? 1 : 0)
    writer.signed(catchUpEnd)
    writer.byte(original == nil ? 0 : 1)
    writer.unsigned(UInt64(original?.rawValue ?? 0))
    writer.signed(base)
    writer.signed(copied)
    writer.time(goneAt)
    writer.byte(packed == nil ? 0 : packed?.done == nil ? 1 : 2)
    if let packed {
      writer.signed(packed.done?.size ?? 0)
      writer.signed(packed.done?.modified ?? 0)
      writer.byte(packed.ending.rawValue)
      writer.unsigned(UInt64(packed.kin))
    }
    writer.byte(whole == nil ? 0 : 1)
    whole?.write(&writer)
    writer.signed(cuts.count)
    writer.signed(cuts.lost)
    return writer.bytes
  }

  /// nil where the bytes are damaged or of another version.
  package init?(encoded: [UInt8]) {
    var reader = ByteReader(encoded)
    let version = reader.byte()
    guard version == TrackedFile.version || version == TrackedFile.formerVersion else { return nil }
    let id = FileID(rawValue: reader.number())
    let pattern = reader.string()
    let path = RawPath(bytes: Array(reader.blob()))
    let identity = FileIdentity(
      device: reader.fixed(), inode: reader.fixed(), birthSeconds: reader.signed(),
      birthNanoseconds: reader.number())
    let state = State(rawValue: reader.byte())
    let offset = reader.signed()
    let heads = (0..<min(reader.number(Int.self), 64)).map { _ in Marker(&reader) }
    let tail = Marker(&reader)
    let skipsLine = reader.byte() != 0
    let catchUpEnd = reader.signed()
    let hasOriginal = reader.byte() != 0
    let original: UInt32 = reader.number()
    let base = reader.signed()
    let copied = reader.signed()
    let goneAt = reader.time()
    let isCurrent = version == TrackedFile.version
    let packed = isCurrent ? PackedFile(&reader) : nil
    let whole = isCurrent && reader.byte() != 0 ? WholeReading(&reader) : nil
    let cuts = isCurrent ? Cuts(count: reader.signed(), lost: reader.signed()) : Cuts()
    guard !reader.failed, let state, offset >= 0 else { return nil }
    self.init(
      id: id, pattern: pattern, path: path, identity: identity, state: state, offset: offset, heads: heads,
      tail: tail,
      skipsLine: skipsLine, catchUpEnd: catchUpEnd, original: hasOriginal ? FileID(rawValue: original) : nil,
      base: base,
      copied: copied, goneAt: goneAt, packed: packed, whole: whole)
    self.cuts = cuts
  }
}

extension PackedFile {
  fileprivate init?(_ reader: inout ByteReader) {
    let mark = reader.byte()
    guard mark > 0 else { return nil }
    let stamp = PackedStamp(size: reader.signed(), modified: reader.signed())
    let ending = Ending(rawValue: reader.byte()) ?? .whole
    self.init(done: mark > 1 ? stamp : nil, ending: ending, kin: reader.number())
  }
}

extension Marker {
  fileprivate func write(_ writer: inout ByteWriter) {
    writer.unsigned(UInt64(length))
    writer.fixed(low)
    writer.fixed(high)
  }
  fileprivate init(_ reader: inout ByteReader) {
    self.init(length: reader.number(), low: reader.fixed(), high: reader.fixed())
  }
}

extension WholeReading {
  fileprivate func write(_ writer: inout ByteWriter) {
    for number in [stamp.size, stamp.modified, stamp.changed, known] { writer.signed(number) }
  }
  fileprivate init(_ reader: inout ByteReader) {
    let stamp = Stamp(size: reader.signed(), modified: reader.signed(), changed: reader.signed())
    self.init(stamp: stamp, known: reader.signed())
  }
}
