package import Fuzzing
internal import Glibc

/// Checks of what stands around the engine.
package let watchTargets: [FuzzTarget] = [rulesTarget, stateTarget, packedTarget]

@main
enum WatchFuzz {
  static func main() { exit(Fuzzer.main(CommandLine.arguments, watchTargets)) }
}
