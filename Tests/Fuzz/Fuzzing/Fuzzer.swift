internal import CFuzz
internal import Synchronization

/// `PROGRAM TARGET [libFuzzer's options, files, folders]`.
package enum Fuzzer {
  private static let current = Mutex<FuzzTarget?>(nil)

  /// - Parameter arguments: the command line, the program first.
  /// - Returns: what the program should exit with.
  package static func main(_ arguments: [String], _ targets: [FuzzTarget]) -> Int32 {
    guard arguments.count > 1, let target = targets.first(where: { $0.name == arguments[1] }) else {
      print("usage: TARGET [options] [files]; targets: " + targets.map(\.name).joined(separator: " "))
      return 64
    }
    current.withLock { $0 = target }
    var arguments = arguments
    arguments.remove(at: 1)
    // libFuzzer keeps them for ever.
    let copies = arguments.map { argument in
      let bytes = Array(argument.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.initialize(from: bytes, count: bytes.count)
      return copy
    }
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: copies.count + 1)
    for (index, copy) in copies.enumerated() { (list + index).initialize(to: copy) }
    (list + copies.count).initialize(to: nil)
    let code = fuzz_run(Int32(copies.count), list) { bytes, count in
      Fuzzer.look(UnsafeBufferPointer(start: bytes, count: count))
      return 0
    }
    if code == -1 { print("built without libFuzzer: see .ci/fuzz") }
    return code
  }

  /// A finding is a crash to libFuzzer, which then keeps the bytes.
  private static func look(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let target = current.withLock({ $0 }) else { return }
    do {
      try target.check(Array(bytes))
    } catch {
      fatalError("\(target.name): \(error)")
    }
  }
}
