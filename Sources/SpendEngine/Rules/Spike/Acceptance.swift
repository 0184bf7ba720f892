/// Which rule's subject an `accept` was about: the rule by name, so that it survives a change of the rules.
package struct AcceptedSubject: Sendable, Hashable {
  var rule: String
  var per: Per
  var series: SeriesID
}

/// What a person accepted as a spike rule's new normal. The subject's page may be older: so a restart repeats it where it happened, between
/// the same two events.
package struct Acceptance: Sendable, Hashable {
  package var at: EngineTime
  package var by: String
  package var why: String
  package var step: SpikeStep
  /// The event that it came after.
  var after: Birth

  private static let version: UInt8 = 1

  func row(_ subject: AcceptedSubject) -> StateRow {
    var writer = ByteWriter()
    writer.byte(Acceptance.version)
    writer.time(at)
    writer.string(by)
    writer.string(why)
    writer.signed(step.before)
    writer.signed(step.after)
    after.write(&writer)
    return StateRow(kind: StateRow.Kind.accept.rawValue, key: subject.encoded, value: writer.bytes)
  }

  init(at: EngineTime, by: String, why: String, step: SpikeStep, after: Birth) {
    (self.at, self.by, self.why, self.step, self.after) = (at, by, why, step, after)
  }

  /// nil where the bytes are damaged.
  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == Acceptance.version else { return nil }
    at = reader.time() ?? .distantPast
    by = reader.string()
    why = reader.string()
    step = SpikeStep(before: reader.signed(), after: reader.signed())
    after = Birth(&reader)
    guard !reader.failed, reader.isAtEnd else { return nil }
  }

  /// `$60.00 an hour, not $0.05, accepted by ann at 2026-11-24T10:00:00.000Z: launch`
  package var text: String {
    "\(step.text) accepted by \(by) at \(at.rfc3339)" + (why.isEmpty ? "" : ": \(why)")
  }
}

extension SpikeStep {
  package var text: String {
    "\(NanoUSD(rawValue: after).text) an hour, not \(NanoUSD(rawValue: before).text),"
  }
}

extension AcceptedSubject {
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.string(rule)
    writer.byte(per.rawValue)
    writer.unsigned(UInt64(series))
    return writer.bytes
  }

  init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    rule = reader.string()
    guard let per = Per(stored: reader.byte()) else { return nil }
    self.per = per
    series = reader.number()
    guard !reader.failed, reader.isAtEnd else { return nil }
  }
}
