import Glibc

/// Polls `condition` until it holds or the time is over; whether it held. For what another thread or process does: never sleep for luck.
package func eventually(within deadline: Duration = .seconds(10), _ condition: () throws -> Bool) rethrows
  -> Bool
{
  let end = ContinuousClock.now + deadline
  while true {
    if try condition() { return true }
    if ContinuousClock.now >= end { return false }
    usleep(2_000)
  }
}
