internal import Foundation
internal import Logging
internal import SpendEngine

/// Which records the reader must pass over unread, and where it says at which one it works. Confined to the reader thread once made.
///
/// At the start: what the last process died at, if it died at a record, is counted among the suspects; one that is at fault is quarantined
/// until its file has been read past it, and that is committed.
final class Quarantine {
  let inFlight: InFlight
  private var places: Set<RecordPlace>
  /// Passed over since the last call of `takePassed`.
  private var passed: [Passed] = []

  struct Passed: Hashable {
    var file: FileID
    var offset: Int64
    var bytes: Int
  }

  /// - Parameter places: to be passed over.
  init(_ inFlight: InFlight, places: Set<RecordPlace> = []) {
    self.inFlight = inFlight
    self.places = places
  }

  /// One that knows of nothing, and is not known of later.
  convenience init() { self.init(InFlight(path: nil, state: "")) }

  /// Looks at what the last process left, and begins anew. Called under the state's lock.
  /// - Parameters:
  ///   - uuid: of the state.
  ///   - tracked: how far each file is read, as committed; asked for only where there are suspects.
  static func atStart(
    _ directory: StateDirectory, uuid: String, environment: [String: String] = ProcessInfo.environmentNow,
    logger: Logger, tracked: () -> [TrackedFile]
  ) -> Quarantine {
    let runtime = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init)
    let page = (runtime ?? directory.path) + "/in-flight"
    let file = SuspectsFile(directory)
    var suspects = Suspects()
    let content = file.load()
    switch content {
    case .nothing: break
    case .suspects(let known): suspects = known
    case .unusable(let why):
      logger.warning(
        "\(file.path) cannot be used (\(why)): at which records the process died before is not known")
    }
    switch InFlight.remains(path: page, state: uuid) {
    case .nothing: break
    case .unusable(let why):
      logger.warning("\(page) cannot be used (\(why)): whether the process died at a record is not known")
    case .death(let death):
      if let suspect = suspects.count(death) { logger.error("\(text(suspect, death))") }
    }
    if !suspects.all.isEmpty {
      suspects.forget(
        readTo: Dictionary(tracked().map { ($0.identity, $0.offset) }, uniquingKeysWith: max))
    }
    if content != .suspects(suspects), content != .nothing || suspects != Suspects() {
      do { try file.save(suspects) } catch {
        logger.error(
          "\(file.path) cannot be written (\(error)): a record that kills the process may do so again")
      }
    }
    let inFlight = InFlight(path: page, state: uuid)
    if let problem = inFlight.problem {
      logger.warning("\(problem): a record that kills the process will not be found out")
    }
    return Quarantine(inFlight, places: suspects.quarantined)
  }

  /// Where in a slice the first record begins that must not be read; nil = nowhere.
  func start(in slice: FileSlice) -> Int? {
    guard !places.isEmpty, let file = slice.identity else { return nil }
    let range = slice.offset..<slice.offset + Int64(slice.bytes.count)
    return places.lazy.filter { $0.file == file && range.contains($0.offset) }.map(\.offset).min().map {
      Int($0 - slice.offset)
    }
  }

  /// The record there is passed over.
  func pass(_ slice: FileSlice, bytes: Int) {
    release(slice, 0)
    passed.append(Passed(file: slice.file, offset: slice.offset, bytes: bytes))
  }

  /// No record begins there: the file was written anew since.
  func release(_ slice: FileSlice, _ start: Int) {
    guard let file = slice.identity else { return }
    places.remove(RecordPlace(file: file, offset: slice.offset + Int64(start)))
  }

  func takePassed() -> [Passed] {
    defer { passed.removeAll() }
    return passed
  }

  private static func text(_ suspect: Suspects.Suspect, _ death: Death) -> String {
    let count = Int(suspect.crashes) + Int(suspect.kills)
    let place = "byte \(suspect.place.offset) of inode \(suspect.place.file.inode)"
    let end = suspect.isQuarantined ? "it will be passed over unread" : "it is tried again"
    return "the last process \(death.isCrash ? "crashed" : "was killed") at the record at \(place)"
      + " (\(count) time\(count == 1 ? "" : "s")): \(end)"
  }
}
