import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct PromisesTests {
  private func asked(_ promises: inout Promises, changed: Bool = true, at now: Int64 = 0) throws
    -> Answer<OperatorReply>
  {
    let answer = try Answer<OperatorReply>()
    promises.add(OperatorReply(changed: changed, lines: ["done"]), to: answer, now: now)
    return answer
  }

  @Test func keptWhenTheBatchThatHoldsItIsOnDisk() throws {
    var promises = Promises()
    let first = try asked(&promises)
    promises.seal()
    let second = try asked(&promises)
    promises.keep()
    #expect(first.wait(timeout: 0)?.lines == ["done"])
    // Asked for while the first batch was on its way: in the next one.
    promises.keep()
    promises.giveUp(now: 1_999)
    #expect(second.wait(timeout: 0) == nil)
    promises.seal()
    promises.keep()
    #expect(second.wait(timeout: 0)?.lines == ["done"])
  }

  @Test func whatChangedNothingIsSaidAtOnce() throws {
    var promises = Promises()
    #expect(try asked(&promises, changed: false).wait(timeout: 0)?.changed == false)
  }

  @Test func aDiskThatFailsIsSaid() throws {
    var promises = Promises()
    let sealed = try asked(&promises)
    promises.seal()
    let open = try asked(&promises, at: 1_000)
    promises.giveUp(now: 2_000)
    #expect(sealed.wait(timeout: 0)?.lines.last?.contains("a restart would forget this") == true)
    #expect(open.wait(timeout: 0) == nil)
    promises.giveUp(now: 3_000)
    #expect(open.wait(timeout: 0)?.changed == true)
  }
}
