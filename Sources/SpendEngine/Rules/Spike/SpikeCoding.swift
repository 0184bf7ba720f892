extension SpikeState {
  private static let version: UInt8 = 1

  /// About 700 bytes, whatever happened. What it was read from goes on bit for bit as it would have.
  package func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes.reserveCapacity(768)
    writer.byte(SpikeState.version)
    writer.signed(windowLength)
    for time in [first, now, lastSeen] { writer.signed(time.milliseconds) }
    writer.byte((isFiring ? 1 : 0) | (isAccepted ? 2 : 0))
    if isFiring { for time in [alertSince, alertMet] { writer.signed(time.milliseconds) } }
    windowSum.write(&writer)
    hourSum.write(&writer)
    writer.signed(openHour)
    for amount in [bucketDearest, lastBucketDearest, hourDearest, lastHourDearest, openSpent] {
      writer.signed(amount)
    }
    writer.float(openExpected)
    for place in 0..<3 { writer.float(largest[place]) }
    for place in 0..<3 { tails[place].write(&writer) }
    week.write(&writer)
    day.write(&writer)
    return writer.bytes
  }

  /// nil where the bytes are damaged, or of a version that this build does not know. What is taken can be gone on from, whatever it says.
  package init?(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard reader.byte() == SpikeState.version else { return nil }
    windowLength = reader.signed()
    first = EngineTime(milliseconds: reader.signed())
    now = EngineTime(milliseconds: reader.signed())
    lastSeen = EngineTime(milliseconds: reader.signed())
    let flags = reader.byte()
    guard SpikeRule.windows.contains(windowLength), first <= lastSeen, lastSeen <= now, flags < 4, flags != 2,
      EngineTime.calendar.contains(first), EngineTime.calendar.contains(now)
    else { return nil }
    if flags & 1 != 0 {
      alertSince = EngineTime(milliseconds: reader.signed())
      alertMet = EngineTime(milliseconds: reader.signed())
      isAccepted = flags & 2 != 0
      guard first <= alertSince, alertSince <= alertMet, alertMet <= now else { return nil }
    }
    let part = SlidingSum.part(of: windowLength)
    guard let windowSum = SlidingSum(&reader, at: now.milliseconds, part: part),
      let hourSum = SlidingSum(&reader, at: now.milliseconds, part: SpikeState.hourPart)
    else { return nil }
    self.windowSum = windowSum
    self.hourSum = hourSum
    bucket = now.milliseconds.dividedDown(by: windowLength)
    openHour = reader.signed()
    // Whatever the zone is now.
    guard abs(openHour.subtractingSaturating(now.milliseconds.dividedDown(by: .hour))) <= 1 else {
      return nil
    }
    bucketDearest = reader.signed()
    lastBucketDearest = reader.signed()
    hourDearest = reader.signed()
    lastHourDearest = reader.signed()
    openSpent = reader.signed()
    guard
      min(bucketDearest, lastBucketDearest, hourDearest, lastHourDearest) >= 0,
      (0...SlidingSum.largest).contains(openSpent)
    else { return nil }
    openExpected = reader.float()
    guard SpikeState.amounts.contains(openExpected) else { return nil }
    for place in 0..<3 {
      largest[place] = reader.float()
      guard SpikeState.ratios.contains(largest[place]) else { return nil }
    }
    for place in 0..<3 {
      guard let tail = TailCalibrator(&reader) else { return nil }
      tails[place] = tail
    }
    guard let week = WeekProfile(&reader), let day = DayRing(&reader) else { return nil }
    self.week = week
    self.day = day
    if reader.failed || !reader.isAtEnd { return nil }
  }

  /// Nano-dollars that a sum of a day can be.
  static let amounts: ClosedRange<Float> = 0...1e21
  /// Ratios that money can make.
  private static let ratios: ClosedRange<Float> = 0...1e33
}

extension ByteWriter {
  mutating func float(_ value: Float) {
    for shift in stride(from: 0, to: 32, by: 8) {
      byte(UInt8(truncatingIfNeeded: value.bitPattern &>> UInt32(shift)))
    }
  }
}

extension ByteReader {
  mutating func float() -> Float {
    var bits: UInt32 = 0
    for shift in stride(from: 0, to: 32, by: 8) { bits |= UInt32(byte()) &<< UInt32(shift) }
    return Float(bitPattern: bits)
  }
}
