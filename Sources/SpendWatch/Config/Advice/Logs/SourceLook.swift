import Glibc
import SpendEngine

/// The newest records of one source.
struct SourceLook {
  let source: Source
  /// Nothing matches its pattern.
  private(set) var matchesNothing = false
  private(set) var matchesOnlyDirectories = false
  private(set) var calls: Int64 = 0
  private(set) var files: Int64 = 0
  private(set) var bytes: Int64 = 0
  /// Of a source with `fields:`, what of a call was found at least once.
  private(set) var found: Set<FieldMapping.Target> = []
  /// Of the first file that had records: how its first records read in each format.
  private(set) var fit: FormatFit?

  init(_ source: Source) { self.source = source }

  mutating func read(_ budget: LogBudget, note: (UsageRecord, ParsedRecords) -> Void) {
    if budget.isSpent() { return }
    let walk = GlobWalk(Glob(source.pattern, rotated: true), limit: budget.entries)
    matchesNothing = walk.found.isEmpty && !walk.isPartial && walk.failures.isEmpty
    matchesOnlyDirectories = !walk.found.isEmpty && !walk.isPartial && walk.found.allSatisfy(\.isDirectory)
    var files: [(path: RawPath, facts: FileFacts)] = []
    for file in walk.found where !file.isDirectory {
      if case .success(let facts) = FileFacts.of(file.path), facts.kind == .regular, facts.size > 0 {
        files.append((file.path, facts))
      }
    }
    files.sort { ($0.facts.modified, $0.path) > ($1.facts.modified, $1.path) }
    var parser = RecordParser(source.layout)
    var parsed = ParsedRecords()
    for (path, facts) in files {
      let left = budget.bytesPerSource - bytes
      guard left > 0, !budget.isSpent() else { return }
      guard let end = SourceLook.end(of: path, facts, atMost: Int(left)) else { continue }
      self.files += 1
      bytes += Int64(end.count)
      parsed.removeAll()
      // What stands before the end is not looked at: of a session or a stream it may be missing.
      var context = FileContext()
      end.withUnsafeBytes { _ = parser.parse($0, isFinal: true, context: &context, into: &parsed) }
      for record in parsed.records {
        guard case .usage(let usage) = record.outcome else { continue }
        calls += 1
        if source.fields != nil { found.formUnion(FieldFit.found(usage)) }
        note(usage, parsed)
      }
      if fit == nil, !parsed.records.isEmpty { fit = FormatFit(end) }
    }
  }

  /// The last whole lines of a file; nil where it cannot be read, or is compressed.
  private static func end(of path: RawPath, _ facts: FileFacts, atMost most: Int) -> [UInt8]? {
    guard case .success(let descriptor) = openFile(path) else { return nil }
    defer { close(descriptor) }
    guard Packing.look(at: descriptor) == .plain else { return nil }
    let count = Int(min(Int64(most), facts.size))
    let start = facts.size - Int64(count)
    var bytes = [UInt8](repeating: 0, count: count)
    let read = bytes.withUnsafeMutableBytes { readFile(descriptor, $0, at: start) }
    guard case .success(let done) = read else { return nil }
    bytes.removeLast(count - done)
    // A line that was cut is none.
    if start > 0 {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      bytes.removeFirst(end + 1)
    }
    return bytes.isEmpty ? nil : bytes
  }
}
