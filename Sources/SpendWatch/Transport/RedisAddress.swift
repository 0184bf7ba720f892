import Foundation
import SpendEngine

/// Where a Redis is and how to log in: `redis://[user:password@]host[:port][/db]`.
package struct RedisAddress: Sendable, Hashable {
  /// A name, or an IPv4 or IPv6 address without brackets.
  package var host: String
  /// 1...65535.
  package var port: Int32
  /// nil = the default user.
  package var user: String?
  package var password: Secret?
  /// 0 and up.
  package var database: Int

  package init(
    host: String, port: Int32 = 6379, user: String? = nil, password: Secret? = nil, database: Int = 0
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database
  }

  /// nil if `url` is not such a URL; nothing of it may be printed then.
  package init?(url: String) {
    guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "redis",
      parts.query == nil, parts.fragment == nil
    else { return nil }
    var host = parts.host ?? ""
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty, let port = Int32(exactly: parts.port ?? 6379), (1...65535).contains(port) else {
      return nil
    }
    let path = parts.path.hasPrefix("/") ? String(parts.path.dropFirst()) : parts.path
    guard let database = path.isEmpty ? 0 : Int(path), database >= 0 else { return nil }
    self.init(
      host: host, port: port, user: parts.user.flatMap { $0.isEmpty ? nil : $0 },
      password: parts.password.flatMap { $0.isEmpty ? nil : Secret($0) }, database: database)
  }

  /// For people: `127.0.0.1:6379`, `[::1]:6379/2`. No user, no password.
  package var label: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(name.printable):\(port)" + (database == 0 ? "" : "/\(database)")
  }
}
