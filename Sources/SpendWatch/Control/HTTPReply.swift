/// A reply of HTTP/1.1 with a Content-Length, as it arrives.
struct HTTPReply {
  private var bytes: [UInt8] = []
  /// Where the body begins, and how long it will be.
  private var body: (start: Int, count: Int)?
  private var isBroken = false

  var count: Int { bytes.count }
  /// Whether nothing more is to be read.
  var isComplete: Bool { isBroken || body.map { bytes.count - $0.start >= $0.count } ?? false }

  mutating func append(_ piece: ArraySlice<UInt8>) {
    // The head's end may lie across two pieces.
    let from = max(bytes.count - 3, 0)
    bytes.append(contentsOf: piece)
    guard body == nil, !isBroken else { return }
    let end = Array("\r\n\r\n".utf8)
    if let start = bytes[from...].firstRange(of: end)?.upperBound {
      if let count = contentLength(bytes[..<start]) { body = (start, count) } else { isBroken = true }
    } else if bytes.count > 32 << 10 {
      isBroken = true
    }
  }

  /// nil = no reply of HTTP/1.1, or one without a length.
  var parsed: (status: Int, body: [UInt8])? {
    guard !isBroken, let body, isComplete else { return nil }
    let line = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self).split(separator: " ")
    guard line.count >= 2, line[0] == "HTTP/1.1", let status = Int(line[1]) else { return nil }
    return (status, Array(bytes[body.start..<(body.start + body.count)]))
  }

  private func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].filter { $0 != " " }
      return Int(digits).flatMap { $0 >= 0 && $0 <= 1 << 40 ? $0 : nil }
    }
    return nil
  }
}
