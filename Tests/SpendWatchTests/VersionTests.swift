import Testing
@testable import SpendWatch
@Suite struct VersionTests {
  @Test func hasThreeParts() { #expect(spendfuseVersion.split(separator: ".").count == 3) }
}
