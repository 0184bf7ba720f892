import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct StateDirectoryTests {
  @Test(arguments: [
    (["STATE_DIRECTORY": "/var/lib/spendfuse", "HOME": "/h"], "/var/lib/spendfuse"),
    (["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "HOME": "/h"], "/var/lib/a"),
    (["XDG_STATE_HOME": "/x", "HOME": "/h"], "/x/spendfuse"),
    (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/spendfuse"),
    (["XDG_STATE_HOME": "", "HOME": "/h"], "/h/.local/state/spendfuse"),
    (["HOME": "/h"], "/h/.local/state/spendfuse"),
  ])
  func theDefault(_ environment: [String: String], _ path: String) throws {
    #expect(try StateDirectory.standard(environment: environment).path == path)
  }

  @Test func pathsAreMadeAbsolute() {
    #expect(StateDirectory("~/s", environment: ["HOME": "/h"]).path == "/h/s")
    #expect(StateDirectory("/a/b//", environment: [:]).path == "/a/b")
    #expect(StateDirectory("s", environment: [:]).path == FileManager.default.currentDirectoryPath + "/s")
    #expect(StateDirectory("/", environment: [:]).path == "/")
  }

  @Test func isMadeWithItsParentsForItsUserOnly() throws {
    let temp = TempDir("dir")
    let directory = StateDirectory(temp.file("a/b/state"))
    try directory.prepare()
    for path in [temp.file("a"), temp.file("a/b"), directory.path] { #expect(mode(path) == 0o700, "\(path)") }
  }

  @Test func anOpenDirectoryIsClosedOnlyIfItIsOurs() throws {
    let temp = TempDir("dir")
    for (name, file, expected) in [
      ("empty", nil, 0o700), ("ours", "state.db", 0o700), ("other", "notes.txt", 0o755),
    ]
      as [(String, String?, UInt32)]
    {
      if let file { try temp.write("\(name)/\(file)", "x") } else { mkdir(temp.file(name), 0o755) }
      chmod(temp.file(name), 0o755)
      try StateDirectory(temp.file(name)).prepare()
      #expect(mode(temp.file(name)) == expected, "\(name)")
    }
  }

  @Test func aFileInTheWayIsSaid() throws {
    let temp = TempDir("dir")
    try temp.write("file", "x")
    for path in ["file", "file/below"] {
      let error = try stateError { try StateDirectory(temp.file(path)).prepare() }
      // What is in the way is named: the file, not what should be below it.
      #expect(error.kind == .notDirectory && error.path == temp.file("file"), "\(error)")
      #expect(error.needsPerson && error.description.contains("is no directory"), "\(error)")
    }
  }

  @Test func theLockNamesItsHolder() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    let lock = try StateLock(fixture.directory)
    let error = try stateError { _ = try StateLock(fixture.directory) }
    #expect(error.kind == .locked(by: getpid()))
    #expect(error.description.contains("pid \(getpid())") && error.description.contains("--state"))
    withExtendedLifetime(lock) {}
  }

  @Test func theLockGoesWithItsLastReference() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    do { _ = try StateLock(fixture.directory) }
    _ = try StateLock(fixture.directory)
  }

  @Test func anotherProcessKeepsUsOut() throws {
    let fixture = StateFixture()
    try fixture.directory.prepare()
    // Holds the lock until its input ends.
    let other = Process()
    other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    other.arguments = ["-x", fixture.directory.lockPath, "sh", "-c", "echo held; cat"]
    let input = Pipe()
    let output = Pipe()
    other.standardInput = input
    other.standardOutput = output
    try other.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
    #expect(try stateError { _ = try fixture.open() }.kind == .locked(by: nil))
    // A reader needs no lock, but there is no state yet.
    #expect(try stateError { _ = try StateReader(fixture.directory) }.kind == .vanished)
    try input.fileHandleForWriting.close()
    other.waitUntilExit()
    #expect(try fixture.open().isNew)
  }

  private func mode(_ path: String) -> UInt32 {
    var info = stat()
    return stat(path, &info) == 0 ? info.st_mode & 0o7777 : 0
  }
}
