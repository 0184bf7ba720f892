import Foundation
import Support
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct MailboxTests {
  @Test func givesEveryMessageOnceAndInOrder() throws {
    let mailbox = try Mailbox<(sender: Int, number: Int)>()
    let senders = try (0..<4).map { sender in
      try WorkerThread(name: "sender \(sender)") {
        for number in 0..<2_000 { mailbox.send((sender, number)) }
      }
    }
    var next = [0, 0, 0, 0]
    while next.reduce(0, +) < 8_000 {
      let messages = mailbox.receive(timeout: 10_000)
      try #require(!messages.isEmpty, "stuck at \(next)")
      for message in messages {
        #expect(message.number == next[message.sender])
        next[message.sender] += 1
      }
    }
    for thread in senders { #expect(thread.join(timeout: 5_000)) }
    #expect(mailbox.drain().isEmpty)
  }

  @Test func isReadableExactlyWhileMessagesWait() throws {
    let mailbox = try Mailbox<Int>()
    #expect(!isReadable(mailbox.descriptor, within: 0))
    mailbox.send(1)
    mailbox.send(2)
    #expect(isReadable(mailbox.descriptor, within: 0))
    #expect(mailbox.drain() == [1, 2])
    #expect(!isReadable(mailbox.descriptor, within: 0))
    #expect(mailbox.drain() == [])
    mailbox.send(3)
    #expect(isReadable(mailbox.descriptor, within: 0))
  }

  @Test func receiveWaitsNoLongerThanItsTimeout() throws {
    let mailbox = try Mailbox<Int>()
    let began = ContinuousClock.now
    #expect(mailbox.receive(timeout: 30) == [])
    let waited = ContinuousClock.now - began
    #expect(waited >= .milliseconds(29) && waited < .seconds(10), "\(waited)")
    #expect(mailbox.receive(timeout: 0) == [])
    #expect(mailbox.receive(timeout: -5) == [])
  }

  @Test func aMessageWakesTheReceiver() throws {
    let requests = try Mailbox<Int>()
    let replies = try Mailbox<Int>()
    let thread = try WorkerThread(name: "echo") {
      while let message = requests.receive(timeout: nil).first, message >= 0 { replies.send(message * 2) }
    }
    for number in 1...50 {
      requests.send(number)
      #expect(replies.receive(timeout: 10_000) == [number * 2])
    }
    #expect(!thread.join(timeout: 0))
    requests.send(-1)
    #expect(thread.join(timeout: 10_000))
    #expect(thread.join(timeout: 0), "it stays ended")
  }

  @Test func descriptorsAreGivenBack() throws {
    func count() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    let before = count()
    for _ in 0..<2_000 { _ = try Mailbox<Int>() }
    // Other tests open and close files meanwhile.
    #expect(count() < before + 1_000)
  }

  @Test func anAnswerIsGivenOnce() throws {
    let answer = try Answer<String>()
    #expect(answer.wait(timeout: 1) == nil)
    answer.fill("first")
    answer.fill("second")
    #expect(answer.wait(timeout: 0) == "first")
    #expect(answer.wait(timeout: 1) == nil)
  }

  @Test func aThreadHasItsName() throws {
    let name = Mutex("")
    let thread = try WorkerThread(name: "a-name-that-is-long") {
      let text = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
      name.withLock { $0 = text ?? "" }
    }
    #expect(thread.join(timeout: 10_000))
    #expect(name.withLock { $0 } == "a-name-that-is-\n")
  }
}
