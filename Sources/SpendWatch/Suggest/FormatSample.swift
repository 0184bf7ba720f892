import Glibc
import SpendEngine

/// How the first records of some logs are written.
struct FormatSample {
  /// That of all calls looked at; `auto` where they are of several, or there are none.
  private(set) var format = Format.auto

  /// Logs and bytes of each that are looked at.
  private static let most = 64
  private static let bytes = 256 << 10
  private static let records = 200

  /// - Parameter paths: the first and the last of many are looked at.
  init(_ paths: [String]) {
    let half = FormatSample.most / 2
    let chosen =
      paths.count <= FormatSample.most ? paths[...] : paths.prefix(half) + paths.suffix(half)
    var found: Set<Format> = []
    var parser = RecordParser(RecordLayout(.auto))
    var probe = FieldProbe(RecordLayout(.auto))
    for path in chosen {
      let head = FormatSample.head(of: path)
      var parsed = ParsedRecords()
      var context = FileContext()
      head.withUnsafeBytes { bytes in
        _ = parser.parse(
          bytes, isFinal: false, limit: FormatSample.records, context: &context, into: &parsed)
        for record in parsed.records {
          guard case .usage = record.outcome else { continue }
          if let format = probe.read(UnsafeRawBufferPointer(rebasing: bytes[record.start..<record.end]))
            .format
          {
            found.insert(format)
          }
        }
      }
    }
    if found.count == 1, let only = found.first { format = only }
  }

  private static func head(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var facts = stat()
    // What a pipe holds was read already, and would not come again.
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return [] }
    return (try? WholeFile.read(descriptor, upTo: bytes)) ?? []
  }
}
