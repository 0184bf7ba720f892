/// Made-up log lines, the same in every run: 5,000 keys and 100,000 tasks, the busy ones busier.
struct Corpus {
  enum Kind: String, CaseIterable {
    /// spendfuse's own format, about 240 bytes a line, cost logged in half of them.
    case own
    /// Claude Code, about 0.8 KB a line: a third with usage, each call twice.
    case claude
  }

  var kind: Kind
  /// UTC day of all lines.
  var date = "2026-03-10"

  static let keys = 5_000
  static let tasks = 100_000
  /// 2026-03-10 00:00 UTC.
  static let start: Int64 = 1_773_100_800_000
  /// Milliseconds from line to line.
  static let step: Int64 = 20

  /// Appends line `number`.
  func append(_ number: Int, to text: inout [UInt8]) {
    switch kind {
    case .own: own(number, &text)
    case .claude: claude(number, &text)
    }
  }

  private static let models = ["claude-sonnet-4-5", "claude-opus-4-5", "gpt-5-mini", "gemini-2.5-pro"]

  private func own(_ number: Int, _ text: inout [UInt8]) {
    let dice = Corpus.mix(UInt64(number))
    let input = 20 + dice % 4_000
    let output = 10 + (dice >> 12) % 900
    Corpus.put("{\"time\":\"", &text)
    Corpus.put(time(number), &text)
    Corpus.put(
      "\",\"key\":\"key-\(Corpus.skewed(dice >> 3, Corpus.keys))\",\"task\":\"task-\(Corpus.skewed(dice >> 24, Corpus.tasks))\"",
      &text)
    Corpus.put(",\"model\":\"\(Corpus.models[Int(dice % 4)])\",\"input_tokens\":\(input)", &text)
    Corpus.put(",\"cache_read_tokens\":\((dice >> 20) % 60_000),\"output_tokens\":\(output)", &text)
    if number % 2 == 0 { Corpus.put(",\"cost_usd\":0.0\(1_000 + (dice >> 40) % 9_000)", &text) }
    Corpus.put(",\"status\":\"success\",\"request_id\":\"req_\(dice)\"}\n", &text)
  }

  private func claude(_ number: Int, _ text: inout [UInt8]) {
    // Both lines of a call are equal in what counts.
    let call = number / 6
    let isUsage = number % 3 == 0
    let dice = Corpus.mix(UInt64(call))
    Corpus.put(
      "{\"parentUuid\":\"\(dice)\",\"isSidechain\":false,\"userType\":\"external\",\"cwd\":\"/home/dev/work\"",
      &text)
    Corpus.put(",\"sessionId\":\"session-\(Corpus.skewed(dice >> 9, 4_000))\",\"version\":\"2.0.14\"", &text)
    guard isUsage else {
      Corpus.put(
        ",\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"", &text
      )
      text.append(contentsOf: Corpus.filler[..<(300 + Int(dice % 400))])
      Corpus.put("\"}]},\"uuid\":\"\(number)\",\"timestamp\":\"", &text)
      Corpus.put(time(number), &text)
      Corpus.put("\"}\n", &text)
      return
    }
    Corpus.put(
      ",\"type\":\"assistant\",\"message\":{\"id\":\"msg_\(dice)\",\"type\":\"message\",\"role\":\"assistant\"",
      &text)
    Corpus.put(",\"model\":\"claude-sonnet-4-5-20250929\",\"content\":[{\"type\":\"text\",\"text\":\"", &text)
    text.append(contentsOf: Corpus.filler[..<(200 + Int(dice % 300))])
    Corpus.put("\"}],\"stop_reason\":null,\"usage\":{\"input_tokens\":\(dice % 50)", &text)
    Corpus.put(
      ",\"cache_creation_input_tokens\":\(dice % 3_000),\"cache_read_input_tokens\":\(dice % 90_000)", &text)
    Corpus.put(
      ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":\(dice % 3_000),\"ephemeral_1h_input_tokens\":0}",
      &text)
    Corpus.put(
      ",\"output_tokens\":\(dice % 700),\"service_tier\":\"standard\"}},\"requestId\":\"req_\(dice)\"", &text)
    Corpus.put(",\"uuid\":\"\(number)\",\"timestamp\":\"", &text)
    Corpus.put(time(call), &text)
    Corpus.put("\"}\n", &text)
  }

  private static let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 1_024)

  private static func put(_ piece: String, _ text: inout [UInt8]) { text.append(contentsOf: piece.utf8) }

  /// `2026-03-10T07:08:09.123Z`
  private func time(_ number: Int) -> String {
    let rest = Int64(number) * Corpus.step % 86_400_000
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let fraction = String(1_000 + rest % 1_000).dropFirst()
    return "\(date)T\(two(rest / 3_600_000)):\(two(rest / 60_000 % 60)):\(two(rest / 1_000 % 60))"
      + ".\(fraction)Z"
  }

  /// Half of the throws fall on an eighth of the numbers.
  private static func skewed(_ dice: UInt64, _ count: Int) -> Int {
    let value = Int(dice >> 1 & 0xff_ffff) % count
    return dice & 1 == 0 ? value : value / 8
  }

  /// SplitMix64.
  private static func mix(_ number: UInt64) -> UInt64 {
    var z = (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  /// Whole lines in slices of about 128 KB, as the reader has them.
  func slices(lines: Int, first: Int = 0) -> [[UInt8]] {
    var slices: [[UInt8]] = []
    var slice: [UInt8] = []
    for number in first..<first + lines {
      append(number, to: &slice)
      if slice.count > 127 << 10 {
        slices.append(slice)
        slice = []
      }
    }
    if !slice.isEmpty { slices.append(slice) }
    return slices
  }
}
