internal import SpendEngine

/// Whether a source's records are what they are taken for, by the last of them: what was refused last year is no news, nor is one torn line.
struct RecordWatch: Sendable {
  /// As of the last judgement.
  private var judged: Piles
  /// When the first record after it came.
  private var began: Milliseconds
  private(set) var isRefusing = false
  /// The records of the last judgement.
  private(set) var last = Piles()

  init(_ piles: Piles, now: Milliseconds, isRefusing: Bool) {
    judged = piles
    began = now
    self.isRefusing = isRefusing
  }

  mutating func take(_ piles: Piles, now: Milliseconds, _ patience: Patience) {
    let fresh = piles - judged
    if fresh.read <= 0 {
      // Nothing yet, or files that were forgotten took their counts along.
      judged = piles
      began = now
      return
    }
    let isEnough =
      fresh.read >= patience.records || fresh.read >= patience.fewRecords && now - began >= patience.few
    guard isEnough else { return }
    // Half of them makes it, a quarter keeps it up: no to and fro in between.
    isRefusing = fresh.rejected * (isRefusing ? 4 : 2) >= fresh.read
    (judged, began, last) = (piles, now, fresh)
  }

  /// Why they may be of another format; nil = they seem right.
  func trouble(_ piles: Piles, _ patience: Patience) -> String? {
    if isRefusing {
      return last.read == 0
        ? "most of the records before the restart were rejected"
        : "\(last.rejected.grouped) of the last \(last.read.grouped) records are rejected"
    }
    if piles.read >= patience.records, piles.counted == 0, piles.rejected * 2 < piles.read {
      return "none of \(piles.read.grouped) records holds usage"
    }
    return nil
  }
}
