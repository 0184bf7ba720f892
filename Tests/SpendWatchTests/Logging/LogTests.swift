import Foundation
import Logging
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct LogTests {
  private func lines(_ style: StderrLogHandler.Style, _ body: (inout Logger) -> Void) -> [String] {
    let bytes = SharedBytes()
    var logger = Logger(label: "test") { _ in
      var handler = StderrLogHandler(style: style) { line in bytes.append(line) }
      handler.logLevel = .trace
      return handler
    }
    body(&logger)
    return bytes.text.split(separator: "\n").map(String.init)
  }

  @Test func journaldGetsPriorities() {
    let lines = lines(.journal) { logger in
      logger.trace("t")
      logger.debug("d")
      logger.info("i")
      logger.notice("n")
      logger.warning("w")
      logger.error("e")
      logger.critical("c")
    }
    #expect(lines == ["<7>t", "<7>d", "<6>i", "<5>n", "<4>w", "<3>e", "<2>c"])
  }

  @Test func peopleGetTheTime() throws {
    let line = try #require(
      lines(.plain) { $0.warning("disk is full", metadata: ["path": "/a b", "n": "3"]) }.first)
    let parts = line.split(separator: " ", maxSplits: 1)
    let time = try #require(EngineTime(rfc3339: String(parts[0])))
    let now = WallClock.now.milliseconds
    #expect(abs(time.milliseconds - now) < 60_000)
    #expect(parts[1] == "warning disk is full n=3 path=\"/a b\"")
  }

  @Test func metadataOfTheLoggerAndTheEventAreJoined() {
    let lines = lines(.journal) { logger in
      logger[metadataKey: "file"] = "f"
      logger[metadataKey: "n"] = "1"
      logger.info("m", metadata: ["n": "2"])
    }
    #expect(lines == ["<6>m file=f n=2"])
  }

  @Test(arguments: [
    ("a\nb\r\tc", #"a\u{a}b\u{d}\u{9}c"#), ("\u{1B}[31mred", #"\u{1b}[31mred"#),
    ("\u{9B}31m\u{85}", #"\u{9b}31m\u{85}"#),
    ("\u{202E}evil\u{200B}\u{2028}", #"\u{202e}evil\u{200b}\u{2028}"#), ("e\u{0}\u{7F}", #"e\u{0}\u{7f}"#),
    ("grüße 漢字 👍", "grüße 漢字 👍"), ("", ""),
  ])
  func harmfulCharactersAreEscaped(_ text: String, _ safe: String) { #expect(LogText.safe(text) == safe) }

  @Test(arguments: [
    (
      "POST https://hooks.slack.com/services/T0/B0/secret failed: 404",
      "POST https://hooks.slack.com/*** failed: 404"
    ),
    ("redis://:pass@127.0.0.1:6379/0 is down", "redis://127.0.0.1:6379/*** is down"),
    ("redis://user:p@ss@host:6379", "redis://host:6379"), ("https://h?token=1", "https://h/***"),
    ("https://h/", "https://h"), ("(https://h/a,secret;more)", "(https://h/***"),
    ("\"http://a/b\" and https://c/d", "\"http://a/***\" and https://c/***"), ("://", "://"),
    ("a://", "a://"),
  ])
  func urlsLoseTheirSecrets(_ text: String, _ safe: String) { #expect(LogText.safe(text) == safe) }

  @Test func anEventIsOneLineWhateverIsInIt() {
    struct Failure: Error, CustomStringConvertible { let description = "two\nlines https://h/secret" }
    let lines = lines(.journal) { logger in
      logger.error("a\nb", error: Failure(), metadata: ["k\n": "v\n\"w\""])
    }
    #expect(lines == [#"<3>a\u{a}b k\u{a}="v\u{a}\"w\"": two\u{a}lines https://h/***"#])
  }

  @Test func theJournalIsKnownByItsFile() throws {
    let temp = TempDir("log")
    let path = try temp.write("journal", "")
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var info = stat()
    try #require(fstat(descriptor, &info) == 0)
    func style(_ stream: String?) -> StderrLogHandler.Style {
      .current(environment: stream.map { ["JOURNAL_STREAM": $0] } ?? [:], descriptor: descriptor)
    }
    #expect(style("\(info.st_dev):\(info.st_ino)") == .journal)
    #expect(style("\(info.st_dev):\(info.st_ino + 1)") == .plain)
    #expect(style(nil) == .plain)
    #expect(style("junk") == .plain)
  }
}

final class SharedBytes: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
}
