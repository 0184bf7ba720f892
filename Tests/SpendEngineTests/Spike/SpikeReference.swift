import Glibc
import SpendEngine

/// The tail calibrator as DETECTION.md writes it, in Double and without a thought for speed or size.
struct ReferenceTail {
  var u = 2.0
  var es: Double
  var en = 20.0
  var n = 0.0
  let q: Double

  init(q: Double, beta0: Double) {
    self.q = q
    es = 20 * beta0
  }

  var b: Double { es / en }

  func excess(_ x: Double) -> Double { x <= u ? 0 : -log(q) + (x - u) / b }

  mutating func learn(_ x: Double) {
    n += 1
    let g = max(0.005, 1 / (n + 20))
    if x > u {
      es += min(x - u, 1.5)
      en += 1
      if en > 60 {
        es *= 60 / en
        en = 60
      }
      u += 2 * g * (1 - q)
    } else {
      u = max(u - 2 * g * q, 0)
    }
  }
}

/// The seasonal profile in Double.
struct ReferenceWeek {
  var h = [Double](repeating: 0, count: 168)
  var n = [Double](repeating: 0, count: 168)
  var s = 0.0
  var hours = 0.0
  let cellRate: Double
  let levelRate: Double

  func expected(_ cell: Int) -> Double {
    let days = cell / 24 < 5 ? 0..<5 : 5..<7
    let same = days.map { $0 * 24 + cell % 24 }
    let day =
      (same.reduce(0) { $0 + h[$1] * n[$1] } + s) / (same.reduce(0) { $0 + n[$1] } + 1)
    return (n[cell] * h[cell] + 4 * day) / (n[cell] + 4)
  }

  mutating func learn(_ v: Double, _ cell: Int) {
    n[cell] = min(15, n[cell] + 1)
    h[cell] += max(cellRate, 1 / n[cell]) * (v - h[cell])
    hours += 1
    s += max(levelRate, 1 / hours) * (v - s)
  }
}

/// A sliding sum that keeps every amount.
struct ReferenceSum {
  var amounts: [(time: Milliseconds, amount: Int64)] = []
  let span: Milliseconds
  func spent(at now: Milliseconds) -> Int64 {
    amounts.reduce(0) { $1.time > now - span && $1.time <= now ? $0 + $1.amount : $0 }
  }
}
