/// What later records of a file lean on: a session that its first line names, a stream whose events have no id. It is carried from record
/// to record of one file, and stored with the file's offset, so that reading goes on right after a restart in the middle.
///
/// It belongs to a generation of a file: one that is truncated or recreated begins with an empty one.
package struct FileContext: Sendable, Hashable {
  var codex: CodexContext?
  var anthropic: AnthropicContext?

  package init() {}

  package var isEmpty: Bool { codex == nil && anthropic == nil }

  /// Bytes of `packed` at most: six names, each cut to `UsageRecord.Name.maxLength`, and some numbers.
  package static let maxLength = 2_048
  private static let version: UInt8 = 1
}

extension FileContext {
  /// For the state; empty where there is nothing to say.
  package var packed: [UInt8] {
    if isEmpty { return [] }
    var writer = ByteWriter([FileContext.version])
    writer.byte((codex == nil ? 0 : 1) | (anthropic == nil ? 0 : 2))
    codex?.write(&writer)
    anthropic?.write(&writer)
    return writer.bytes
  }

  /// nil for bytes that this version did not write.
  package init?(packed: [UInt8]) {
    self.init()
    if packed.isEmpty { return }
    var reader = ByteReader(packed)
    guard packed.count <= FileContext.maxLength, reader.byte() == FileContext.version else { return nil }
    let parts = reader.byte()
    if parts & 1 != 0 { codex = CodexContext(&reader) }
    if parts & 2 != 0 { anthropic = AnthropicContext(&reader) }
    if reader.failed || parts > 3 || reader.position != packed.count { return nil }
  }
}
