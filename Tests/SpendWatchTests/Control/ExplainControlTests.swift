import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ExplainControlTests {
  private let temp = TempDir("ctl")

  @Test func goesThereAndBack() throws {
    var driver = try EngineDriver([.threshold("cap", per: [.key, .model], limit: 1_000, halt: .key)])
    driver.fold(TestCall(1_100, key: "ci \"bot\"", at: .noon).with { $0.model = "m" })
    guard case .found(let found) = driver.engine.explain(rule: "cap", subject: "ci \"bot\"+m") else {
      Issue.record("not found")
      return
    }
    var message = ExplainMessage(found, timeZone: "Europe/Berlin")
    message.history = [
      HistoryMessage(at: .noon, kind: "halt", text: "t", place: LogPlace(file: "/a b", offset: 7))
    ]
    message.baseline = ["a line"]
    let sent = message
    let path = temp.file("control.sock")
    let server = try ControlServer(path: path) { request in
      guard request.endpoint == .explain,
        let asked = try? ControlJSON.decode(ExplainRequest.self, from: request.body), asked.rule == "cap"
      else { return .failure(404, "there is no rule") }
      return .json(sent)
    }
    defer { server.stop() }
    let client = ControlClient(paths: [path])
    #expect(try client.explain(ExplainRequest(rule: "cap", subject: "x", at: .noon, calls: 2)) == sent)
    #expect(throws: ControlError.refused(status: 404, message: "there is no rule")) {
      try client.explain(ExplainRequest(rule: "cpa", subject: "x"))
    }
  }
}
