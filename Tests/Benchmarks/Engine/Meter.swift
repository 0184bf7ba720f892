import Allocations
import Glibc

/// CPU time and allocations of a piece of work. Processor time of this thread: what else runs on the machine counts little.
struct Meter {
  var nanoseconds: Int64
  var allocations: UInt64

  static func measure(_ body: () -> Void) -> Meter {
    let allocations = allocation_count()
    let start = now
    body()
    return Meter(nanoseconds: now - start, allocations: allocation_count() - allocations)
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// With so many decimals, right-aligned.
func column(_ value: Double, _ decimals: Int = 1, width: Int = 10) -> String {
  var scale: Int64 = 1
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int64((value * Double(scale)).rounded())
  let fraction = String((scaled % scale).magnitude)
  let text =
    (scaled < 0 ? "-" : "") + "\((scaled / scale).magnitude)"
    + (decimals > 0 ? "." + String(repeating: "0", count: decimals - fraction.count) + fraction : "")
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

func column(_ text: String, width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
