import Glibc
import SpendWatch
import Support

/// From write() of a line that takes a new key over its limit until the switch shows it.
enum HaltLatency {
  static func redis(samples count: Int) throws {
    let redis = try RedisServer()
    let events = try RedisEvents(redis)
    try floor(redis, events)
    let stage = try Stage(outputs: "kill_switch:\n  - redis: {url: \"\(redis.url)\"}")
    let watch = try stage.watch()
    var samples = Samples()
    for number in 0..<count {
      let start = try stage.append(Stage.line(key: "k\(number)"))
      while try events.next() != "ai:key:k\(number):halt" {}
      samples.add(ContinuousClock.now - start)
      pace(start, .milliseconds(10))
    }
    samples.print("write -> halt in Redis, 100/s")
    withExtendedLifetime(watch) {}
  }

  /// The same while the daemon reads an old log.
  static func redisInCatchUp(lines: Int) throws {
    let redis = try RedisServer()
    let events = try RedisEvents(redis)
    let stage = try Stage(outputs: "kill_switch:\n  - redis: {url: \"\(redis.url)\"}")
    try stage.makeLog("old.jsonl", lines: lines)
    try append(Stage.line(key: "sentinel"), to: stage.path("logs/old.jsonl"))
    let watch = try stage.watch(caughtUp: false)
    var samples = Samples()
    var isOver = false
    while !isOver {
      let key = "k\(samples.count)"
      let start = try stage.append(Stage.line(key: key))
      while true {
        let event = try events.next()
        if event == "ai:key:sentinel:halt" { isOver = true }
        if event == "ai:key:\(key):halt" { break }
      }
      samples.add(ContinuousClock.now - start)
      pace(start, .milliseconds(5))
    }
    samples.print("write -> halt in Redis, during a catch-up of \(lines) lines, 200/s")
    withExtendedLifetime(watch) {}
  }

  /// The least that any tailer needs: inotify, one read, one SET.
  private static func floor(_ redis: RedisServer, _ events: RedisEvents) throws {
    let directory = TempDir("floor")
    let path = try directory.write("log", "")
    let reader = try WorkerThread(name: "floor") { tail(path, redis.address) }
    let file = open(path, O_WRONLY | O_APPEND)
    defer { close(file) }
    var samples = Samples()
    // The thread has to be waiting first.
    usleep(200_000)
    for number in 0..<500 {
      let line = Array("f\(number)\n".utf8)
      let start = ContinuousClock.now
      guard write(file, line, line.count) == line.count else { return }
      while try events.next() != "f\(number)" {}
      samples.add(ContinuousClock.now - start)
      pace(start, .milliseconds(10))
    }
    _ = write(file, [UInt8(ascii: "\n")], 1)
    _ = reader.join(timeout: 2_000)
    samples.print("floor (inotify, read, SET and nothing else)")
  }

  private static func tail(_ path: String, _ address: RedisAddress) {
    guard let connection = try? RedisConnection(address) else { return }
    let watches = inotify_init1(Int32(IN_CLOEXEC))
    let file = open(path, O_RDONLY)
    defer {
      close(watches)
      close(file)
    }
    inotify_add_watch(watches, path, UInt32(IN_MODIFY))
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while read(watches, &buffer, buffer.count) > 0 {
      let count = read(file, &buffer, buffer.count)
      if count <= 1 { return }
      let key = String(decoding: buffer[..<(count - 1)], as: UTF8.self)
      if (try? connection.command("SET", key, "1")) == nil { return }
    }
  }

  /// The directory switch; on tmpfs where there is one, as it is deployed.
  static func directory(samples count: Int) throws {
    let halts = "/dev/shm/spendfuse-benchmark-\(getpid())"
    defer { rmdir(halts) }
    let stage = try Stage(outputs: "kill_switch:\n  - directory: {path: \(halts)}")
    let watch = try stage.watch()
    let watches = inotify_init1(Int32(IN_CLOEXEC))
    defer { close(watches) }
    inotify_add_watch(watches, halts, UInt32(IN_MOVED_TO))
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var samples = Samples()
    for number in 0..<count {
      let start = try stage.append(Stage.line(key: "k\(number)"))
      let flag = "\(halts)/key-k\(number).halt"
      while access(flag, F_OK) != 0 { _ = read(watches, &buffer, buffer.count) }
      samples.add(ContinuousClock.now - start)
      pace(start, .milliseconds(10))
    }
    samples.print("write -> halt in the directory (tmpfs), 100/s")
    watch.kill(SIGTERM)
    _ = watch.wait()
    for number in 0..<count { unlink("\(halts)/key-k\(number).halt") }
  }

  private static func append(_ line: String, to path: String) throws {
    let file = open(path, O_WRONLY | O_APPEND)
    defer { close(file) }
    let bytes = Array(line.utf8)
    guard write(file, bytes, bytes.count) == bytes.count else {
      throw Stage.Failure(description: "short write")
    }
  }
}
