import Support

/// From write() of a line until the receiver has its message: decision, commit with fsync, POST.
enum AlertLatency {
  static func webhook(samples count: Int) throws {
    let receiver = try FakeReceiver()
    let stage = try Stage(outputs: "receivers:\n  - name: ops\n    webhook: {url: \"\(receiver.url)\"}")
    let watch = try stage.watch()
    var samples = Samples()
    for number in 0..<count {
      let start = try stage.append(Stage.line(key: "k\(number)"))
      guard receiver.received(number + 1) else { throw Stage.Failure(description: "no message came") }
      samples.add(receiver.requests[number].at - start)
      pace(start, .milliseconds(50))
    }
    samples.print("write -> alert at the receiver, 20/s")
    withExtendedLifetime(watch) {}
  }
}
