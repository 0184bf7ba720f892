/// What a check found wrong.
package struct Finding: Error, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

/// One thing that must hold for any bytes. `Tests/Fuzz/Corpus` has a folder of examples by its name.
package struct FuzzTarget: Sendable {
  package var name: String
  /// Throws a `Finding`. Crashes and reads out of bounds are for the sanitizer to see.
  package var check: @Sendable (_ bytes: [UInt8]) throws -> Void

  package init(_ name: String, check: @escaping @Sendable (_ bytes: [UInt8]) throws -> Void) {
    self.name = name
    self.check = check
  }
}

package func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
  if !holds { throw Finding(message()) }
}

/// Choices that an input makes about how it is read: taken from its end, so that an example is a plain file.
package struct Choices {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: [UInt8]) { rest = bytes.suffix(16) }

  package mutating func next() -> Int { Int(rest.popLast() ?? 0) }

  /// A place in `0...end`.
  package mutating func place(in end: Int) -> Int { (next() << 8 | next()) % (end + 1) }
}
