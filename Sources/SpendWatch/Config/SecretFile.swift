import Foundation
import Glibc

/// A file with one secret in it. Where it lies and who may read it is checked before what is in it.
struct SecretFile {
  enum Outcome {
    case value(String)
    /// Nothing can be said of it here, and why.
    case unknown(String)
    case refused(WrittenValue.Refusal)
  }
  /// A secret is a line.
  private static let maxSize = 64 * 1024

  /// - Parameter name: as written: a bare name lies in `$CREDENTIALS_DIRECTORY`, else beside the rules file; other paths as everywhere.
  static func read(_ name: String, in environment: ConfigEnvironment) -> Outcome {
    // The name is shown in messages: a URL in its place must not be.
    if name.contains("://") {
      return .refused(.init(message: "this is a URL, and not the name of a file with one"))
    }
    if environment.secrets == .unneeded { return .unknown("'\(name)' is not looked at here") }
    if !name.contains("/"), !name.hasPrefix("~"), let directory = environment.credentialsDirectory {
      let path = directory + "/" + name
      if access(path, F_OK) == 0 { return read(path: path, name: name, isCredential: true, environment) }
    }
    switch environment.resolve(name) {
    case .failure(let refusal): return .refused(refusal)
    case .success(let path):
      let isCredential = environment.credentialsDirectory.map {
        path.hasPrefix($0 + "/") && !path.contains("/../")
      }
      return read(path: path, name: name, isCredential: isCredential ?? false, environment)
    }
  }

  private static func read(
    path: String, name: String, isCredential: Bool, _ environment: ConfigEnvironment
  ) -> Outcome {
    func refuse(_ message: String, _ hint: String = "") -> Outcome {
      .refused(.init(message: message, hint: hint))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      if environment.secrets == .whereReadable {
        if code == EACCES {
          return .unknown("this user may not read '\(name)'; its owner and what is in it are not checked")
        }
        if code == ENOENT, !name.contains("/"), environment.credentialsDirectory == nil {
          return .unknown("'\(name)' is not here; a unit that has it as a credential will find it")
        }
      }
      if code == ENOENT {
        let places = name.contains("/") ? "" : "looked in $CREDENTIALS_DIRECTORY and beside the rules file"
        return refuse("there is no file '\(name)'", places)
      }
      return refuse("'\(name)' cannot be read: \(SystemError.text(code))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return refuse("'\(name)' cannot be read") }
    guard status.st_mode & S_IFMT == S_IFREG else { return refuse("'\(name)' is not a file") }
    // systemd's own directory is closed to others as a whole.
    if !isCredential, status.st_mode & 0o077 != 0 {
      let mode = String(status.st_mode & 0o777, radix: 8)
      return refuse(
        "others may read or change '\(name)' (mode 0\(mode))",
        "chmod 600 it, owned by the user that runs spendfuse")
    }
    guard status.st_size <= maxSize else {
      return refuse("'\(name)' is too large for a secret", "at most 64 KB")
    }
    let bytes: [UInt8]
    do { bytes = try WholeFile.read(descriptor, upTo: maxSize) } catch {
      return refuse("'\(name)' cannot be read: \(SystemError.text(error.code))")
    }
    guard bytes.count <= maxSize else {
      return refuse("'\(name)' is too large for a secret", "at most 64 KB")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return refuse("'\(name)' is not UTF-8 text")
    }
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if value.isEmpty { return refuse("'\(name)' is empty") }
    if value.contains(where: \.isWhitespace) {
      return refuse("'\(name)' holds more than one word", "put the secret alone in it")
    }
    return .value(value)
  }
}
