internal import Glibc
internal import SpendEngine

extension StatusMessage {
  /// Files that cannot be read, by name.
  private static let mostProblems = 20

  /// Files, sources and what is wrong with them.
  mutating func add(_ reader: ReaderStatus, sources: [Source], forgotten: [String: Books]) {
    var byFile: [FileID: FileBook] = [:]
    for book in reader.engine.files { byFile[book.file] = book }
    var perSource = sources.map { _ in (files: 0, unread: Int64(0), books: Books()) }
    func index(_ source: SourceID) -> Int? {
      Int(source.rawValue) < sources.count ? Int(source.rawValue) : nil
    }
    let shown = Set(reader.files.map(\.file))
    var closed = sources.map { _ in (files: 0, books: Books(), cuts: TrackedFile.Cuts()) }
    for book in reader.engine.files {
      guard let index = index(book.source) else { continue }
      perSource[index].books += book.books
      if shown.contains(book.file) { continue }
      closed[index].files += 1
      closed[index].books += book.books
    }
    for (source, cuts) in reader.closedCuts {
      if let index = index(source) { closed[index].cuts += cuts }
    }
    var total = reader.engine.books
    for (pattern, books) in forgotten {
      total += books
      // Of a pattern that the rules have no more, only the totals tell.
      if let index = sources.firstIndex(where: { $0.pattern == pattern }) { perSource[index].books += books }
    }
    books = BooksMessage(total)
    for file in reader.files {
      if let index = file.source.flatMap(index) {
        perSource[index].files += 1
        perSource[index].unread += file.unread
        closed[index].cuts += file.cuts
      }
      files.append(
        FileMessage(file, books: byFile[file.file]?.books ?? Books(), source: file.source.flatMap(index)))
    }
    warnings += reader.quarantined
    for problem in reader.problems.prefix(Self.mostProblems) {
      warnings.append("\(problem.path): \(problem.reason.text)")
    }
    if reader.problems.count > Self.mostProblems {
      warnings.append("\(reader.problems.count - Self.mostProblems) more files cannot be read")
    }
    if reader.counts.truncations > 0 {
      warnings.append(
        "\(reader.counts.truncations) file(s) were truncated since the start; at least \(reader.counts.unreadAtTruncation) bytes were lost unread"
      )
    }
    alarms = reader.alarms.map(AlarmMessage.init)
    self.sources = zip(sources, zip(perSource, closed)).enumerated().map { place, all in
      let (source, (sum, closed)) = all
      var message = SourceMessage(
        pattern: source.pattern, format: source.layout.name, files: sum.files, unreadBytes: sum.unread,
        books: sum.books)
      message.closedFiles = closed.files
      message.closed = BooksMessage(closed.books)
      // They belong to the first source of that pattern.
      let isFirst = sources.firstIndex { $0.pattern == source.pattern } == place
      message.forgotten = BooksMessage(isFirst ? forgotten[source.pattern] ?? Books() : Books())
      message.truncations = closed.cuts.count
      message.lostBytes = closed.cuts.lost
      if pid > 0, sum.files == 0, sum.books.read == 0 { message.waitsFor = Self.waiting(source.pattern) }
      return message
    }
  }
}

extension StatusMessage.FileMessage {
  init(_ file: FileStatus, books: Books, source: Int?) {
    self.init(
      path: file.path.description, offset: file.offset, size: file.size,
      problem: file.isMissing ? "not found any more" : file.problem.map(\.text), books: books)
    id = file.file.rawValue
    self.source = source
    state = file.state.name
    unreadBytes = file.unread
    truncations = file.cuts.count
    lostBytes = file.cuts.lost
  }
}

extension StatusMessage {
  /// Of a pattern that nothing matches: the first directory on its way that does not exist, else that a file is missing.
  private static func waiting(_ pattern: String) -> String {
    var path = RawPath("/")
    let components = Glob(pattern).components
    for (index, component) in components.enumerated() {
      guard case .name(let name) = component else { break }
      path = path.appending(name)
      if case .failure(let error) = FileFacts.of(path) {
        if error.code == EACCES { return "\(path) may not be looked into by this user: give it permission" }
        return index == components.count - 1 ? "no such file yet" : "there is no directory \(path) yet"
      }
    }
    return "no file matches yet"
  }
}

extension StatusMessage {
  /// Whether the state is written, and what follows where it is not.
  mutating func add(_ health: StateThread.Health, isPaused: Bool) {
    if let since = health.failingSince {
      commits.failingSince = since
      commits.waitingBytes = health.waitingBytes
      warnings.append(
        "the state has not been written for \(max(0, WallClock.now - since) / .second) s: "
          + "\(health.waitingBytes >> 10) KB wait in memory; halts go out, alerts wait, and a restart reads the logs again from the "
          + "last commit")
    }
    if isPaused {
      warnings.append(
        "NOTHING IS READ: \(Uncommitted.limit >> 20) MB wait to be written to the state; what is spent meanwhile is not seen"
      )
    }
  }
}

extension StatusMessage.SwitchMessage {
  init(_ health: SwitchHealth) {
    self.init(
      name: health.label, failingSince: health.failingSince,
      problem: health.failingSince == nil ? nil : health.lastError,
      foreign: health.foreign.map(\.text))
  }
}

extension FileProblem.Reason {
  /// For people, with what to do.
  package var text: String {
    switch self {
    case .directory: "is a directory, not a log: name the files in it, as in DIR/*.jsonl"
    case .notRegular: "is a pipe, a socket or a device, not a log file"
    case .notPermitted: "may not be read by this user: give it read permission"
    case .compressed:
      "is compressed in a way that is not read (gzip, zstd and xz are): unpack it beside, if what is in it is to count"
    case .noLibrary(let packing):
      "is compressed, and \(packing.library), which unpacks it, is not there: install it"
    case .noRoom(let code):
      "is compressed, and there is no room to unpack it (\(SystemError.text(code).lowercased())): free some; it is tried again"
    case .cut: "is compressed, and ends in the middle: what could be unpacked was read"
    case .damaged: "is compressed, and damaged: what could be unpacked before that was read"
    case .tooLarge:
      "is compressed, and would be larger than 16 GB, or than 500 times its size: not read; unpack it beside, if it is to count"
    case .brokenLink: "is a link that leads nowhere"
    case .tooManyOpenFiles: "cannot be opened: too many files are open"
    case .failed(let code): SystemError.text(code)
    }
  }
}

func processID() -> Int32 { getpid() }
