internal import Foundation
package import SpendEngine

extension PriceFile {
  /// Whether a place is an address on the web, and no path.
  package static func isAddress(_ place: String) -> Bool {
    ["http://", "https://"].contains { place.lowercased().hasPrefix($0) }
  }

  /// A map is 2 MB: a minute is enough for a slow line, and whoever waits at a terminal hears of a dead one soon.
  package static let fetchLimits = HTTPLimits(connect: 10_000, total: 60_000, body: PriceMap.maxSize)

  /// Fetches and checks a map.
  /// - Parameter limits: what is larger or takes longer is refused.
  package init(fetching address: String, now: EngineTime, limits: HTTPLimits = PriceFile.fetchLimits)
    throws(PriceMap.Failure)
  {
    let response: HTTPResponse
    do throws(HTTPFailure) {
      response = try HTTPClient(limits: limits).send(HTTPRequest(.get, Secret(address)))
    } catch { throw PriceMap.Failure("it cannot be fetched: \(error.text)") }
    guard response.status == 200 else {
      let hint =
        (300..<400).contains(response.status)
        ? "redirects are not followed: name the address it leads to" : ""
      throw PriceMap.Failure("the server answered with status \(response.status)", hint: hint)
    }
    guard !response.isTruncated else {
      throw PriceMap.Failure("it is larger than \(limits.body >> 20) MB", hint: "is this the price map?")
    }
    try self.init(path: Self.shown(address), bytes: response.body, modified: now)
  }

  /// Without what may be a password: user, query, fragment.
  package static func shown(_ address: String) -> String {
    guard var parts = URLComponents(string: address) else { return "the address" }
    (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
    return parts.string ?? "the address"
  }
}
