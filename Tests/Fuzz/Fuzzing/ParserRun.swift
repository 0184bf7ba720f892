package import SpendEngine

/// Runs bytes through a parser as a tailer does, and renders what came out.
package struct ParserRun {
  package struct Piece: Equatable {
    package var text: String
    package var start: Int
    package var end: Int
  }
  package private(set) var pieces: [Piece] = []
  package private(set) var records: [UsageRecord] = []
  package private(set) var names = ParsedRecords()
  /// Bytes that were read and are still waiting for more.
  package private(set) var waiting = 0
  package var texts: [String] { pieces.map(\.text) }

  /// - Parameters:
  ///   - cuts: where reads end, ascending; one more read takes the rest.
  ///   - restarts: between reads the file's context comes back from its stored bytes.
  package init(
    _ bytes: [UInt8], _ layout: RecordLayout, cuts: [Int] = [], isFinal: Bool = true, limit: Int = .max,
    maxLength: Int = RecordParser.maxLength, restarts: Bool = false
  ) {
    var parser = RecordParser(layout, maxLength: maxLength)
    var context = FileContext()
    var offset = 0
    var isSkipping = false
    for cut in cuts + [bytes.count] {
      let isLast = isFinal && cut == bytes.count
      if restarts {
        context = FileContext(packed: context.packed) ?? FileContext()
      }
      // A read of no use once: a parser that answers 0 must be asked again only with more.
      while offset < cut {
        let used = bytes[offset..<cut].withUnsafeBytes { slice -> Int in
          if isSkipping {
            let (used, isDone) = RecordParser.skipLine(slice)
            isSkipping = !isDone
            return used
          }
          var parsed = ParsedRecords()
          let used = parser.parse(slice, isFinal: isLast, limit: limit, context: &context, into: &parsed)
          isSkipping = parsed.mustSkipLine
          for record in parsed.records {
            pieces.append(
              Piece(
                text: parsed.text(record), start: offset + record.start, end: offset + record.end))
            if case .usage(let usage) = record.outcome { keep(usage, parsed) }
          }
          return used
        }
        offset += used
        if used == 0 { break }
      }
    }
    waiting = bytes.count - offset
  }

  package init(
    _ bytes: [UInt8], _ format: Format, cuts: [Int] = [], isFinal: Bool = true, limit: Int = .max,
    maxLength: Int = RecordParser.maxLength
  ) {
    self.init(
      bytes, RecordLayout(format), cuts: cuts, isFinal: isFinal, limit: limit, maxLength: maxLength)
  }

  package init(_ text: String, _ format: Format, isFinal: Bool = true) {
    self.init(Array(text.utf8), format, isFinal: isFinal)
  }

  /// Moves a record's names to where this run keeps them.
  private mutating func keep(_ usage: UsageRecord, _ parsed: ParsedRecords) {
    var usage = usage
    let base = UInt32(names.names.count)
    names.names += parsed.names
    for path in UsageRecord.names { usage[keyPath: path].offset += base }
    records.append(usage)
  }

  package func string(_ name: UsageRecord.Name) -> String { names.string(name) }
}

extension UsageRecord {
  package static var names: [WritableKeyPath<UsageRecord, Name>] {
    [\.key, \.keyAlias, \.task, \.model, \.user, \.team, \.requestID, \.identity, \.identityDetail]
  }
}

extension ParsedRecords {
  /// One line of JSON: what was found, without what has its usual value. Tokens: fresh, read, 5m, 1h, output, reasoning.
  package func text(_ record: ParsedRecord) -> String {
    switch record.outcome {
    case .noUsage: return #"{"no_usage":true}"#
    case .rejected(let rejection): return #"{"rejected":"\#(rejection.name)"}"#
    case .usage(let usage):
      let tokens = usage.tokens
      var parts: [String] = []
      if let time = usage.time { parts.append(#""time":\#(time.milliseconds)"#) }
      let labels: [(String, UsageRecord.Name)] = [
        ("key", usage.key), ("alias", usage.keyAlias), ("task", usage.task), ("model", usage.model),
        ("user", usage.user), ("team", usage.team),
      ]
      let ids = [
        ("request_id", usage.requestID), ("identity", usage.identity), ("detail", usage.identityDetail),
      ]
      for (label, name) in labels where !name.isEmpty { parts.append(#""\#(label)":"\#(quoted(name))""#) }
      parts.append(
        #""tokens":[\#(tokens.freshInput),\#(tokens.cacheRead),\#(tokens.cacheWrite5m),"#
          + #"\#(tokens.cacheWrite1h),\#(tokens.output),\#(tokens.reasoning)]"#)
      if let cost = usage.loggedCost { parts.append(#""cost_nano_usd":\#(cost.rawValue)"#) }
      if usage.webSearches != 0 { parts.append(#""web_searches":\#(usage.webSearches)"#) }
      if usage.tier != .standard { parts.append(#""tier":"\#(usage.tier)""#) }
      if usage.requests != 1 { parts.append(#""requests":\#(usage.requests)"#) }
      if usage.errors != 0 { parts.append(#""errors":\#(usage.errors)"#) }
      if usage.maxTokens >= 0 { parts.append(#""max_tokens":\#(usage.maxTokens)"#) }
      if usage.isContradictory { parts.append(#""contradictory":true"#) }
      for (label, name) in ids where !name.isEmpty { parts.append(#""\#(label)":"\#(quoted(name))""#) }
      if usage.isLoose { parts.append(#""loose":true"#) }
      return "{" + parts.joined(separator: ",") + "}"
    }
  }

  private func quoted(_ name: UsageRecord.Name) -> String {
    string(name).unicodeScalars.map { scalar in
      scalar == "\"" || scalar == "\\" ? "\\" + String(scalar) : String(scalar)
    }.joined()
  }
}
