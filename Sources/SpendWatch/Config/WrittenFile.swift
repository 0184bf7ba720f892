import Glibc

/// A YAML file that somebody wrote by hand, as far as its text: it can be read, is no larger than such files are, and is UTF-8.
enum WrittenFile {
  /// 1 MB: what is written by hand is shorter.
  static let maxSize = 1 << 20

  /// - Parameters:
  ///   - shown: the path in diagnostics, where that is another.
  ///   - hint: what to do where there is no such file.
  static func read(_ path: String, shownAs shown: String? = nil, hint: String) -> Result<[UInt8], Diagnostic>
  {
    func failure(_ code: Int32) -> Result<[UInt8], Diagnostic> {
      let advice =
        switch code {
        case ENOENT: NearFile.path(to: path).map { "did you mean \($0)?" } ?? hint
        case ENOTDIR: NearFile.inTheWay(of: path).map { "\($0) is a file: did you mean it?" } ?? ""
        case EACCES: "run this as its owner, or let this user read it"
        default: ""
        }
      return .failure(
        Diagnostic(file: shown ?? path, message: "cannot be read: \(SystemError.text(code))", hint: advice))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return failure(errno) }
    defer { close(descriptor) }
    do { return .success(try WholeFile.read(descriptor, upTo: maxSize)) } catch {
      if error.code == EISDIR {
        return .failure(
          Diagnostic(file: shown ?? path, message: "is a directory", hint: "name the file in it"))
      }
      return failure(error.code)
    }
  }

  /// - Parameters:
  ///   - path: as shown in diagnostics.
  ///   - what: `rules file`
  static func text(_ bytes: [UInt8], path: String, what: String) -> Result<SourceText, Diagnostic> {
    guard bytes.count <= maxSize else {
      return .failure(Diagnostic(file: path, message: "larger than 1 MB", hint: "is this the \(what)?"))
    }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      return .failure(notUTF8(bytes, path: path))
    }
    // A mark that some editors write at the start.
    if text.unicodeScalars.first == "\u{FEFF}" { text = String(text.unicodeScalars.dropFirst()) }
    return .success(SourceText(path: path, text: text))
  }

  private static func notUTF8(_ bytes: [UInt8], path: String) -> Diagnostic {
    var line = 1
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil {
        let shown = String(decoding: part, as: UTF8.self)
        let column =
          shown.firstIndex(of: "\u{FFFD}").map { shown.distance(from: shown.startIndex, to: $0) } ?? 0
        return Diagnostic(
          file: path, line: line, column: column + 1, length: 1, severity: .error, message: "not UTF-8 text",
          hint: "save the file as UTF-8", source: shown)
      }
      line += 1
    }
    return Diagnostic(file: path, message: "not UTF-8 text", hint: "save the file as UTF-8")
  }
}
