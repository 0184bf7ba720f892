/// Why the demo could not go on: what, where, and what to do next.
package struct DemoFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package var description: String
  package init(description: String) { self.description = description }
}

/// A signal that ends the demo.
package struct DemoInterruption: Error, Sendable, Hashable {
  package var signal: Int32
}
