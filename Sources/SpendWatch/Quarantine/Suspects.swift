internal import SpendEngine

/// A record, by where it lies. Not by its file's id: a file that is new when the process dies perhaps gets another one next time.
package struct RecordPlace: Hashable, Sendable {
  package var file: FileIdentity
  /// Of its first byte, from the start of the file.
  package var offset: Int64

  package init(file: FileIdentity, offset: Int64) {
    self.file = file
    self.offset = offset
  }
}

/// How a process ended while it worked on a record.
package struct Death: Hashable, Sendable {
  package var place: RecordPlace
  /// Of the process that died: no death counts twice.
  package var run: UInt64
  /// By a signal that means a fault of the program; else by one that nobody can catch: out of memory, or somebody's `kill -9`.
  package var isCrash: Bool
}

/// Records at which a process died, and how often: who is to be passed over unread. Pure.
package struct Suspects: Hashable, Sendable {
  package struct Suspect: Hashable, Sendable {
    package var place: RecordPlace
    package var crashes: UInt8 = 0
    /// Deaths of another kind.
    package var kills: UInt8 = 0

    /// Twice at one record is no accident where the process faulted. A SIGKILL may be the kernel's for the memory that the record took,
    /// or anybody's at any time: it takes three, so that somebody who kills at random does not make us pass over what is good. (Three
    /// random kills hit one record only if that record takes up most of the time between them; then nothing else would be read either.)
    package var isQuarantined: Bool { crashes >= 2 || Int(crashes) + Int(kills) >= 3 }
  }

  /// The latest last.
  package private(set) var all: [Suspect] = []
  /// Of the death that was counted last.
  package private(set) var lastRun: UInt64 = 0
  /// Many files may have one such record each; more at a time than this is no matter of records.
  static let most = 64

  package init() {}

  package var quarantined: Set<RecordPlace> { Set(all.lazy.filter(\.isQuarantined).map(\.place)) }

  /// - Returns: the suspect as it stands now; nil where this death was counted before.
  package mutating func count(_ death: Death) -> Suspect? {
    guard death.run != lastRun else { return nil }
    lastRun = death.run
    var suspect = Suspect(place: death.place)
    if let known = all.firstIndex(where: { $0.place == death.place }) { suspect = all.remove(at: known) }
    if death.isCrash {
      suspect.crashes = suspect.crashes == .max ? .max : suspect.crashes + 1
    } else {
      suspect.kills = suspect.kills == .max ? .max : suspect.kills + 1
    }
    all.append(suspect)
    if all.count > Suspects.most { all.removeFirst(all.count - Suspects.most) }
    return suspect
  }

  /// Lets those go that are behind us: read after all, or passed over, and committed.
  package mutating func forget(readTo offsets: [FileIdentity: Int64]) {
    all.removeAll { suspect in offsets[suspect.place.file].map { $0 > suspect.place.offset } ?? false }
  }
}

extension Suspects {
  private static let magic: UInt64 = 0x5350_4655_5355_5331  // "SPFUSUS1"

  /// With a checksum at the end.
  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Suspects.magic)
    writer.fixed(lastRun)
    writer.unsigned(UInt64(all.count))
    for suspect in all {
      writer.fixed(suspect.place.file.device)
      writer.fixed(suspect.place.file.inode)
      writer.signed(suspect.place.file.birthSeconds)
      writer.unsigned(UInt64(suspect.place.file.birthNanoseconds))
      writer.signed(suspect.place.offset)
      writer.byte(suspect.crashes)
      writer.byte(suspect.kills)
    }
    writer.fixed(Checksum.xxh64(writer.bytes))
    return writer.bytes
  }

  /// nil for what `encoded` did not make.
  package init?(encoded: [UInt8]) {
    guard encoded.count >= 8 else { return nil }
    let body = Array(encoded.dropLast(8))
    var end = ByteReader(Array(encoded.suffix(8)))
    guard end.fixed() == Checksum.xxh64(body) else { return nil }
    var reader = ByteReader(body)
    guard reader.fixed() == Suspects.magic else { return nil }
    lastRun = reader.fixed()
    let count: Int = reader.number()
    guard !reader.failed, count <= Suspects.most else { return nil }
    for _ in 0..<count {
      let file = FileIdentity(
        device: reader.fixed(), inode: reader.fixed(), birthSeconds: reader.signed(),
        birthNanoseconds: reader.number())
      let place = RecordPlace(file: file, offset: reader.signed())
      all.append(Suspect(place: place, crashes: reader.byte(), kills: reader.byte()))
    }
    if reader.failed || reader.position != body.count { return nil }
  }
}
