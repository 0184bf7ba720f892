import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct RotatedNameTests {
  @Test(arguments: [
    "F.jsonl.1", "F.jsonl.01", "F.jsonl.9999", "F.jsonl-20251124", "F.jsonl-20251124-13",
    "F.jsonl-20251124-130501",
    "F.jsonl-1764000000", "F.jsonl.2025-11-24", "F.jsonl.2025-11-24T13-05", "F.jsonl-2025-11-24_13",
    "F.jsonl.old",
    "F.jsonl-20251124.1", "F-20251124.jsonl", "F-1764000000.jsonl", "F.jsonl-2025112413",
  ]) func aRotatedNameIsOfItsLog(name: String) {
    let glob = Glob("/logs/F.jsonl", rotated: true)
    for ending in ["", ".gz", ".zst", ".xz"] {
      #expect(glob.matches(RawPath("/logs/" + name + ending)), "\(ending)")
    }
    #expect(!Glob("/logs/F.jsonl").matches(RawPath("/logs/" + name)))
    #expect(!glob.matches(RawPath("/logs/F.jsonl/" + name)) && !glob.matches(RawPath("/" + name)))
    #expect(Glob("/logs/**/[A-G].jsonl", rotated: true).matches(RawPath("/logs/a/b/" + name)))
  }

  @Test(arguments: [
    "F.jsonl.bak", "F.jsonl.tmp", "F.jsonl~", "F.jsonl.12345", "F.jsonl.1.bak", "F.jsonl.bz2",
    "F.jsonl-20251399",
    "F.jsonl-1", "F.jsonl-old", "F.jsonl.", "F.jsonl.1a", "F.jsonl-20251124-", "F.jsonl-20251124x",
    "G.jsonl.1", "F.1",
    ".1", ".gz", "1", "F-20251124.log", "F.jsonl-99999999", "F.jsonl.gz.gz.gz",
  ]) func otherNamesAreNot(name: String) {
    #expect(!Glob("/logs/F.jsonl", rotated: true).matches(RawPath("/logs/" + name)))
  }

  @Test func namesOfOneLog() {
    func isOne(_ a: String, _ b: String) -> Bool {
      RotatedName.areOfOneLog(Array(a.utf8)[...], Array(b.utf8)[...])
    }
    #expect(
      isOne("F.jsonl", "F.jsonl.1.gz") && isOne("F.jsonl.1", "F.jsonl.2.gz")
        && isOne("F.jsonl.1", "F.jsonl.1.gz"))
    #expect(isOne("F.jsonl-20251124", "F-20251125.jsonl.xz") && !isOne("G.jsonl", "F.jsonl.1.gz"))
  }
}
