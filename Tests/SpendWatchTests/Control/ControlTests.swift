import Foundation
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct ControlTests {
  private let temp = TempDir("ctl")
  private var path: String { temp.file("control.sock") }

  private func client(timeout: Int64 = 10_000) -> ControlClient {
    ControlClient(paths: [path], timeout: timeout)
  }

  @Test func aRequestGoesThereAndBack() throws {
    let seen = Mutex<[ControlRequest]>([])
    let server = try ControlServer(path: path) { request in
      seen.withLock { $0.append(request) }
      return .json(OperatorMessage(OperatorReply(changed: true, lines: ["halted \u{1F6D1}", "second"])))
    }
    defer { server.stop() }
    let halt = HaltRequest(
      subject: .key("ci/bot \"x\""), why: "loop\n", by: "ann", until: .at(1_700_000_000_123))
    #expect(try client().halt(halt) == OperatorReply(changed: true, lines: ["halted \u{1F6D1}", "second"]))
    let resume = ResumeRequest(subject: nil, rule: "r", why: "fixed", by: "ann", headroom: .untilReset)
    #expect(try client().resume(resume).changed)
    let requests = seen.withLock { $0 }
    #expect(requests.map(\.endpoint) == [.halt, .resume])
    #expect(requests.allSatisfy { $0.user == getuid() })
    #expect(try ControlJSON.decode(HaltRequest.self, from: requests[0].body) == halt)
    #expect(try ControlJSON.decode(ResumeRequest.self, from: requests[1].body) == resume)
  }

  @Test func whatIsUnknownIsSaid() throws {
    let server = try ControlServer(
      path: path, endpoints: [.status, ControlEndpoint(.post, "/v1/status"), .halt]
    ) {
      .json(["method": $0.endpoint.method.rawValue])
    }
    defer { server.stop() }
    for (endpoint, status, word) in [
      (ControlEndpoint(.get, "/v1/nothing"), 404, "/v1/nothing"),
      (ControlEndpoint(.get, "/"), 404, "no such path"),
      (ControlEndpoint(.get, "/v1/halt"), 405, "POST"), (.status, 200, "GET"),
      (ControlEndpoint(.post, "/v1/status"), 200, "POST"),
    ] {
      let reply = try client().exchange(endpoint, [])
      #expect(reply.status == status, "\(endpoint)")
      let members = try ControlJSON.decode([String: String].self, from: reply.body)
      #expect((members["error"] ?? members["method"] ?? "").contains(word), "\(members)")
    }
  }

  @Test func aBodyHasABound() throws {
    let server = try ControlServer(path: path) { .json(["length": $0.body.count]) }
    defer { server.stop() }
    let longest = try client().exchange(.halt, [UInt8](repeating: 32, count: 64 << 10))
    #expect(longest.status == 200)
    #expect(try ControlJSON.decode([String: Int].self, from: longest.body) == ["length": 64 << 10])
    #expect(try client().exchange(.halt, [UInt8](repeating: 32, count: 64 << 10 | 1)).status == 413)
    #expect(try client().exchange(.halt, [UInt8](repeating: 32, count: 3 << 20)).status == 413)
  }

  @Test func junkDisturbsNobody() throws {
    let server = try ControlServer(path: path) { _ in .json(["ok": true]) }
    defer { server.stop() }
    var random = Dice(seed: 3)
    for junk in [
      Array("\r\n\r\n".utf8), Array("GET\r\n\r\n".utf8), random.bytes(500...500),
      [UInt8](repeating: 65, count: 200_000),
    ] {
      let descriptor = try ControlSocket.connect(path)
      _ = junk.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      close(descriptor)
    }
    #expect(try client().exchange(.status, []).status == 200)
  }

  @Test func oneThatWaitsKeepsNobodyElseWaiting() throws {
    let gate = try Answer<Bool>()
    let server = try ControlServer(path: path) { request in
      if request.endpoint == .halt { _ = gate.wait(timeout: 20_000) }
      return .json(["path": request.endpoint.path])
    }
    defer { server.stop() }
    let client = client()
    let slow = try WorkerThread(name: "slow") { _ = try? client.exchange(.halt, []) }
    for _ in 0..<20 { #expect(try client.exchange(.status, []).status == 200) }
    #expect(!slow.join(timeout: 0))
    gate.fill(true)
    #expect(slow.join(timeout: 10_000))
  }

  @Test func stopsWithinASecondAlthoughAHandlerHangs() throws {
    let gate = try Answer<Bool>()
    let arrived = try Answer<Bool>()
    let server = try ControlServer(path: path) { _ in
      arrived.fill(true)
      _ = gate.wait(timeout: 20_000)
      return .json(["ok": true])
    }
    let client = client()
    let hanging = try WorkerThread(name: "hanging") { _ = try? client.exchange(.status, []) }
    #expect(arrived.wait(timeout: 10_000) == true)
    let began = ContinuousClock.now
    server.stop(patience: 100)
    #expect(ContinuousClock.now - began < .seconds(1))
    #expect(!FileManager.default.fileExists(atPath: path))
    gate.fill(true)
    #expect(hanging.join(timeout: 10_000))
  }

  @Test func stopAnswersWhatIsInHand() throws {
    let arrived = try Answer<Bool>()
    let gate = try Answer<Bool>()
    let server = try ControlServer(path: path) { _ in
      arrived.fill(true)
      _ = gate.wait(timeout: 20_000)
      return .json(["ok": true])
    }
    let client = client()
    let result = try Mailbox<Int>()
    _ = try WorkerThread(name: "asking") { result.send((try? client.exchange(.status, []))?.status ?? -1) }
    #expect(arrived.wait(timeout: 10_000) == true)
    let stopping = try WorkerThread(name: "stopping") { server.stop(patience: 10_000) }
    // The listener goes first: then nobody new comes in.
    while FileManager.default.fileExists(atPath: path) { usleep(1_000) }
    gate.fill(true)
    #expect(result.receive(timeout: 10_000) == [200])
    #expect(stopping.join(timeout: 10_000))
    #expect(throws: ControlError.noDaemon(paths: [path])) { try client.status() }
  }

  @Test func theFileIsForItsGroup() throws {
    let server = try ControlServer(path: path) { _ in .json(["ok": true]) }
    defer { server.stop() }
    var info = stat()
    try #require(stat(path, &info) == 0)
    #expect(info.st_mode & 0o7777 == 0o660 && info.st_mode & S_IFMT == S_IFSOCK)
  }

  @Test func whatLiesThereIsRemovedOnlyIfNobodyListens() throws {
    // A daemon that was killed leaves its socket.
    close(try ControlSocket.listen(path))
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(throws: ControlError.noDaemon(paths: [path])) { try client().status() }
    let server = try ControlServer(path: path) { _ in .json(["ok": true]) }
    defer { server.stop() }
    #expect(throws: ControlError.inUse(path: path)) {
      try ControlServer(path: path) { _ in .failure(500, "") }
    }
    #expect(try client().exchange(.status, []).status == 200)
    let file = try temp.write("notes", "mine")
    #expect(throws: ControlError.notSocket(path: file)) {
      try ControlServer(path: file) { _ in .failure(500, "") }
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
  }

  @Test func pathsThatAreTooLongAreSaid() throws {
    let long = temp.path + "/" + String(repeating: "x", count: 120)
    let error = #expect(throws: ControlError.tooLong(path: long)) {
      try ControlServer(path: long) { _ in .failure(500, "") }
    }
    #expect(error?.description.contains("107") == true)
    #expect(throws: ControlError.noDaemon(paths: [long])) { try ControlClient(paths: [long]).status() }
  }

  @Test func aLinkInTheStateDirectoryLeadsThere() throws {
    let directory = StateDirectory(temp.file("state"))
    try directory.prepare()
    mkdir(temp.file("run"), 0o700)
    let environment = ["RUNTIME_DIRECTORY": temp.file("run")]
    let place = ControlSocket.listening(directory, environment: environment)
    #expect(place.path == temp.file("run/control.sock") && place.link == directory.path + "/control.sock")
    // A dead socket lies at the link's place.
    close(try ControlSocket.listen(directory.path + "/control.sock"))
    let server = try ControlServer(path: place.path, link: place.link) { _ in .json(["ok": true]) }
    let client = ControlClient(paths: ControlSocket.candidates(directory, isDefault: false, environment: [:]))
    #expect(try client.exchange(.status, []).path == directory.path + "/control.sock")
    server.stop()
    #expect(throws: ControlError.noDaemon(paths: client.paths)) { try client.status() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test func candidatesAreTriedInTurn() throws {
    let directory = StateDirectory("/s", environment: [:])
    #expect(ControlSocket.candidates(directory, isDefault: false, environment: [:]) == ["/s/control.sock"])
    #expect(
      ControlSocket.candidates(
        directory, isDefault: true, environment: ["RUNTIME_DIRECTORY": "/run/spendfuse:/run/b"])
        == ["/s/control.sock", "/run/spendfuse/control.sock"])
    #expect(ControlSocket.listening(directory, environment: [:]).link == nil)
    let server = try ControlServer(path: path) { _ in .json(["ok": true]) }
    defer { server.stop() }
    let client = ControlClient(paths: [temp.file("none"), path])
    #expect(try client.exchange(.status, []).path == path)
  }

  @Test func oneThatListensAndSaysNothingIsNotNobody() throws {
    // Connections are accepted by the kernel; nobody reads them.
    let listener = try ControlSocket.listen(path)
    defer { close(listener) }
    #expect(throws: ControlError.noAnswer(path: path, after: 50)) { try client(timeout: 50).status() }
  }

  @Test func anErrorOfTheDaemonIsPassedOn() throws {
    let server = try ControlServer(path: path) { request in
      request.endpoint == .halt ? .failure(400, "no such key") : .json(["unexpected": 1])
    }
    defer { server.stop() }
    #expect(throws: ControlError.refused(status: 400, message: "no such key")) {
      try client().halt(HaltRequest(subject: .global, why: "", by: ""))
    }
    let error = #expect(throws: ControlError.self) { try client().status() }
    guard case .badReply = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }
}
