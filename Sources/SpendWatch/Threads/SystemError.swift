internal import Foundation

/// A system call that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  package var call: String
  /// As in errno.
  package var code: Int32

  package init(_ call: String, _ code: Int32) {
    self.call = call
    self.code = code
  }
  package var description: String { "\(call): \(SystemError.text(code))" }

  /// What the system says of an `errno`: `No such file or directory`.
  static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
