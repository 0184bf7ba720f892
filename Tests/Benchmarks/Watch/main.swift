// Figures of the built program, as a process. Build `spendfuse` and `EngineBenchmark` first, then:
//
//     swift run -c release WatchBenchmark [redis|catchup-redis|directory|alerts|catchup|memory|idle]...
//
// Without a name: all of them. Nothing is judged; on a busy machine the tails say so.

import Glibc

let all = ["redis", "catchup-redis", "directory", "alerts", "catchup", "memory", "idle"]
let named = CommandLine.arguments.dropFirst()
do {
  for name in named.isEmpty ? all : Array(named) {
    switch name {
    case "redis": try HaltLatency.redis(samples: 1_000)
    case "catchup-redis": try HaltLatency.redisInCatchUp(lines: 1_300_000)
    case "directory": try HaltLatency.directory(samples: 1_000)
    case "alerts": try AlertLatency.webhook(samples: 100)
    case "catchup": try CatchUp.rate(lines: 1_300_000)
    case "memory": try Footprint.memory(rules: "rules.yaml", keys: 100_000)
    case "idle": try IdleFiles.cost(files: 100_000, active: 10, seconds: 120)
    default:
      print("no such figure: \(name); there are \(all.joined(separator: ", "))")
      exit(64)
    }
    fflush(nil)
  }
} catch {
  print("\(error)")
  exit(1)
}
