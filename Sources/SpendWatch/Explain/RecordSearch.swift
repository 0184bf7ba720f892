internal import Foundation
package import SpendEngine

/// A log and how its records are read.
package struct SearchedLog: Sendable, Hashable {
  package var log: LogPath
  package var layout: RecordLayout
  package init(_ log: LogPath, _ layout: RecordLayout) {
    self.log = log
    self.layout = layout
  }
}

/// One record that was found, as it was read.
struct FoundRecord {
  var log: SearchedLog
  /// Where it begins and ends in its log, in bytes.
  var start: Int64
  var end: Int64
  var parsed: ParsedRecords
  var outcome: ParsedRecord.Outcome { parsed.records[0].outcome }

  var place: LogPlace { LogPlace(file: log.log.path, offset: start) }
}

/// Finds records by their place or by their id. Logs are read from their beginning: so records begin and end where the watcher sees them
/// begin and end, and what earlier records say of later ones holds.
struct RecordSearch {
  private var parsers: [RecordLayout: LogParser] = [:]
  /// Hits at most: an id that is in every line is no id.
  static let most = 1_000

  private mutating func parser(_ layout: RecordLayout) -> LogParser {
    if let known = parsers[layout] { return known }
    let parser = LogParser(layout)
    parsers[layout] = parser
    return parser
  }

  /// The record that holds the byte at `offset`.
  mutating func record(in log: SearchedLog, at offset: Int64, progress: (Int64) -> Void) throws -> FoundRecord
  {
    let stream = LogStream(path: log.log.path, parser: parser(log.layout))
    // Where the last record before it begins and ends.
    var last: (start: Int64, end: Int64)?
    func command(_ start: Int64) -> String {
      "spendfuse explain \(SubjectText.option("line", "\(log.log.path):\(start)"))"
    }
    while try stream.next() {
      for record in stream.parsed.records {
        let (start, end) = (stream.base + Int64(record.start), stream.base + Int64(record.end))
        if offset < start {
          throw ExplainFailure(
            "no record is at byte \(offset) of \(log.log.path): \(last.map { "one ends at \($0.end), " } ?? "")the next begins at \(start): "
              + command(start)
          )
        }
        if offset < end { return found(record, in: stream, log) }
        last = (start, end)
      }
      progress(stream.bytesRead)
    }
    let size = max(log.log.size, stream.bytesRead)
    guard let last else {
      throw ExplainFailure(
        size == 0
          ? "\(log.log.path) is empty: nothing is logged there yet" : "\(log.log.path) holds no whole record")
    }
    throw ExplainFailure(
      (offset >= size
        ? "\(log.log.path) ends at byte \(size): there is no byte \(offset)"
        : "no record is at byte \(offset) of \(log.log.path): the last one ends at \(last.end)")
        + "; the last record begins at \(last.start): \(command(last.start))")
  }

  /// Every record whose call has this id, in the order of the logs.
  /// - Parameter until: of the first log only records that begin up to there.
  mutating func records(
    called id: String, in logs: [SearchedLog], until: Int64? = nil, progress: (Int64) -> Void
  ) -> (found: [FoundRecord], problems: [LogProblem]) {
    let wanted = Array(id.utf8)
    var found: [FoundRecord] = []
    var problems: [LogProblem] = []
    var before: Int64 = 0
    for log in logs {
      let stream = LogStream(path: log.log.path, parser: parser(log.layout))
      do throws(LogProblem) {
        search: while try stream.next() {
          for record in stream.parsed.records {
            if let until, stream.base + Int64(record.start) > until { break search }
            guard case .usage(let usage) = record.outcome,
              RecordSearch.isCalled(wanted, usage, stream.parsed.names)
            else { continue }
            found.append(self.found(record, in: stream, log))
            if found.count >= RecordSearch.most { return (found, problems) }
          }
          progress(before + stream.bytesRead)
        }
      } catch {
        problems.append(error)
      }
      before += log.log.size
    }
    return (found, problems)
  }

  private static func isCalled(_ id: [UInt8], _ record: UsageRecord, _ names: [UInt8]) -> Bool {
    [record.requestID, record.identity, record.identityDetail].contains { name in
      Int(name.length) == id.count && !name.isEmpty
        && names[Int(name.offset)..<Int(name.offset) + id.count].elementsEqual(id)
    }
  }

  private func found(_ record: ParsedRecord, in stream: LogStream, _ log: SearchedLog) -> FoundRecord {
    var parsed = ParsedRecords()
    parsed.records = [record]
    parsed.names = stream.parsed.names
    return FoundRecord(
      log: log, start: stream.base + Int64(record.start), end: stream.base + Int64(record.end), parsed: parsed
    )
  }
}

extension Configuration {
  /// The source that a file belongs to by its name; nil where none names it. A relative path is of the working directory.
  package func source(of path: String) -> Source? { sources.source(of: path) }
}

extension [Source] {
  /// The first that names a file.
  func source(of path: String) -> Source? {
    let absolute = RawPath.whole(path)
    return first { Glob($0.pattern, rotated: true).matches(absolute) }
  }
}

extension RawPath {
  /// Of a path as people write it, relative to the working directory: absolute, without `.` and `..`, as patterns of sources are.
  static func whole(_ path: String) -> RawPath {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    return RawPath(URL(fileURLWithPath: whole).standardized.path)
  }
}
