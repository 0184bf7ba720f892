package import Fuzzing
internal import Glibc

/// Checks of the engine alone.
package let engineTargets: [FuzzTarget] = [recordsTarget, jsonTarget, textTarget, rowsTarget]

@main
enum EngineFuzz {
  static func main() { exit(Fuzzer.main(CommandLine.arguments, engineTargets)) }
}
