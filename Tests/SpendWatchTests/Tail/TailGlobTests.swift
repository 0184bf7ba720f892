import Glibc
import Support
import Testing

@testable import SpendWatch

@Suite struct TailGlobTests {
  @Test(arguments: [
    ("/var/log/a.jsonl", "/var/log/a.jsonl", true),
    ("/var/log/a.jsonl", "/var/log/a.jsonl.1", false),
    ("/var/log/*.jsonl", "/var/log/a.jsonl", true),
    ("/var/log/*.jsonl", "/var/log/.jsonl", true),
    ("/var/log/*.jsonl", "/var/log/sub/a.jsonl", false),
    ("/var/log/*.jsonl*", "/var/log/a.jsonl.1", true),
    ("/var/*/a", "/var/log/a", true),
    ("/var/*/a", "/var/a", false),
    // ** is zero or more directories, and only as a whole component.
    ("/a/**/x", "/a/x", true),
    ("/a/**/x", "/a/b/x", true),
    ("/a/**/x", "/a/b/c/d/x", true),
    ("/a/**/x", "/a/b/xx", false),
    ("/a/**/b/**/x", "/a/b/x", true),
    ("/a/**/b/**/x", "/a/1/b/2/3/x", true),
    ("/a/**/b/**/x", "/a/1/c/2/x", false),
    ("/a/**/**/x", "/a/x", true),
    ("/a/**", "/a/b", true),
    ("/a/**", "/a/b/c", true),
    ("/a/**", "/a", false),
    ("/**/x", "/x", true),
    ("/a/b**c", "/a/b1/c", false),
    ("/a/b**c", "/a/bxxc", true),
    // Hidden names are names.
    ("/a/**/*.jsonl", "/a/.claude/projects/s.jsonl", true),
    ("/a/*", "/a/.hidden", true),
    // One character, not one byte.
    ("/a/?", "/a/é", true),
    ("/a/??", "/a/é", false),
    ("/a/?", "/a/", false),
    ("/a/[é]", "/a/é", true),
    // Sets.
    ("/a/[a-c]x", "/a/bx", true),
    ("/a/[a-c]x", "/a/dx", false),
    ("/a/[!a-c]x", "/a/dx", true),
    ("/a/[^a-c]x", "/a/bx", false),
    ("/a/[]]", "/a/]", true),
    ("/a/[]-]", "/a/-", true),
    ("/a/[!]]", "/a/]", false),
    ("/a/[c-a]", "/a/b", false),
    ("/a/[\\]]", "/a/]", true),
    ("/a/[", "/a/[", true),
    ("/a/[ab", "/a/[ab", true),
    ("/a/[]", "/a/[]", true),
    // Escapes.
    ("/a/\\*", "/a/*", true),
    ("/a/\\*", "/a/b", false),
    ("/a/x\\", "/a/x\\", true),
    ("/a/\\[x]", "/a/[x]", true),
    // Runs that must be widened.
    ("/a*b*c", "/abbbcbc", true),
    ("/a*b*c", "/abbbcbd", false),
    ("//a//b/", "/a/b", true),
  ])
  func matches(pattern: String, path: String, expected: Bool) {
    #expect(Glob(pattern).matches(RawPath(path)) == expected)
  }

  @Test func matchesBytesThatAreNoUTF8() {
    let path = RawPath(bytes: Array("/a/".utf8) + [0xFF, 0xC3] + Array(".log".utf8))
    #expect(Glob("/a/*.log").matches(path))
    #expect(Glob("/a/??.log").matches(path))
    #expect(!Glob("/a/?.log").matches(path))
  }

  @Test func noPatternMakesItBacktrack() {
    let pattern = "/" + String(repeating: "**/", count: 20) + String(repeating: "*a", count: 20) + "b"
    let path = "/" + String(repeating: "a/", count: 30) + String(repeating: "a", count: 100)
    let clock = ContinuousClock()
    let spent = clock.measure { #expect(!Glob(pattern).matches(RawPath(path))) }
    #expect(spent < .seconds(2))
  }

  @Test func walksOnlyWhereSomethingCanMatch() throws {
    let directory = TempDir("walk")
    for name in ["a/x.log", "a/deep/er/x.log", "b/x.log", "b/x.txt", "a/deep/.h/x.log", "c.log/y.log"] {
      try directory.write(name, "")
    }
    func walk(_ pattern: String) -> [String] {
      var watches = DirectoryWatches(isUsed: false)
      let walk = GlobWalk(Glob(directory.path + "/" + pattern), watching: &watches)
      return walk.found.filter { !$0.isDirectory }.map {
        String($0.path.description.dropFirst(directory.path.count + 1))
      }
      .sorted()
    }
    #expect(walk("*/x.log") == ["a/x.log", "b/x.log"])
    #expect(walk("**/x.log") == ["a/deep/.h/x.log", "a/deep/er/x.log", "a/x.log", "b/x.log"])
    #expect(walk("a/**") == ["a/deep/.h/x.log", "a/deep/er/x.log", "a/x.log"])
    #expect(walk("b/x.txt") == ["b/x.txt"])
    #expect(walk("**/*.log").contains("c.log/y.log"))
    #expect(walk("nowhere/*.log") == [])
  }

  @Test func walksFromWhereAPatternBegins() throws {
    let directory = TempDir("relative")
    for name in ["a.log", "sub/[x]/b.log", "sub/c.log"] { try directory.write(name, "") }
    let root = RawPath(directory.file("sub"))
    func walk(_ pattern: String) -> [String] {
      GlobWalk(Glob(pattern), from: root).found.map {
        String($0.path.description.dropFirst(root.bytes.count))
      }
      .sorted()
    }
    #expect(walk("*.log") == ["/c.log"] && walk("**/*.log") == ["/[x]/b.log", "/c.log"])
    #expect(walk("../*.log") == ["/../a.log"] && walk("./c.*") == ["/./c.log"])
    #expect(walk("\\[x]/*") == ["/[x]/b.log"])
  }

  @Test func endsWhereItMayLookAtNoMore() throws {
    let directory = TempDir("limit")
    for number in 0..<10 { try directory.write("\(number).log", "") }
    let pattern = Glob(directory.path + "/*.log")
    #expect(!GlobWalk(pattern, limit: 10).isPartial && GlobWalk(pattern, limit: 10).found.count == 10)
    #expect(GlobWalk(pattern, limit: 9).isPartial)
  }

  @Test func linksToDirectoriesAreFollowedByNameAndNeverInACircle() throws {
    let directory = TempDir("links")
    try directory.write("real/x.log", "")
    symlink(directory.file("real"), directory.file("link"))
    symlink("..", directory.file("real/up"))
    var watches = DirectoryWatches(isUsed: false)
    let byName = GlobWalk(Glob(directory.path + "/*/x.log"), watching: &watches)
    #expect(byName.found.count == 2)
    let everywhere = GlobWalk(Glob(directory.path + "/**/x.log"), watching: &watches)
    #expect(everywhere.found.map(\.path) == [RawPath(directory.file("real/x.log"))])
  }

  @Test func pathsForPeople() {
    #expect(RawPath("/a/b c.log").description == "/a/b c.log")
    #expect(RawPath(bytes: Array("/a\n\u{1b}é".utf8) + [0xFF]).description == "/a\\x0a\\x1bé\\xff")
    #expect(RawPath("/a/b").directory == RawPath("/a"))
    #expect(RawPath("/a").directory == RawPath("/"))
    #expect(RawPath("/").appending("x".utf8) == RawPath("/x"))
  }
}
