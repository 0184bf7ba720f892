// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let cSettings: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

let package = Package(
  name: "spendfuse",
  products: [
    .executable(name: "spendfuse", targets: ["spendfuse"]),
    .library(name: "SpendGuard", targets: ["SpendGuard"]),
    // Of the tests: preloaded into the program, makes its calls fail.
    .library(name: "Faults", type: .dynamic, targets: ["CFaults"]),
  ],
  dependencies: [
    // The command line: parsing, help, completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The standard logging interface; our handler writes journald prefixes.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // The state: transactions and migrations on the system's SQLite.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // YAML with marks, so that every error has its line and column.
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Inline scanning helpers; the only module SpendEngine may import.
    .target(name: "CScan", path: "Sources/C/Scan", cSettings: cSettings),
    // libcurl, hiredis and libmicrohttpd: one `static inline` per variadic call, and their constants.
    .target(
      name: "CTransport", path: "Sources/C/Transport", cSettings: cSettings,
      linkerSettings: [
        .linkedLibrary("curl"), .linkedLibrary("hiredis"), .linkedLibrary("microhttpd"),
      ]),
    // gzip, zstd and xz: found by dlopen, so that none is needed to build, nor at run time where no such file is.
    .target(name: "CUnpack", path: "Sources/C/Unpack", cSettings: cSettings),
    .target(name: "SpendEngine", dependencies: ["CScan"], swiftSettings: settings),
    // For callers: budgets, the halt check, the log. Nothing but the engine, so that a caller's program needs no C library.
    .target(name: "SpendGuard", dependencies: ["SpendEngine"], swiftSettings: settings),
    .target(
      name: "SpendWatch",
      dependencies: [
        "SpendEngine", "CTransport", "CUnpack",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: settings),
    .executableTarget(
      name: "spendfuse",
      dependencies: [
        "SpendWatch", "SpendEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: settings),
    .target(
      name: "Support", dependencies: ["SpendEngine", "SpendWatch"], path: "Tests/Support",
      swiftSettings: settings),
    .testTarget(
      name: "SpendEngineTests", dependencies: ["SpendEngine", "Support", "Fuzzing", "EngineFuzz"],
      swiftSettings: settings),
    .testTarget(
      name: "SpendWatchTests",
      dependencies: ["SpendWatch", "SpendEngine", "Support", "Fuzzing", "WatchFuzz"],
      swiftSettings: settings),
    .testTarget(
      name: "SpendGuardTests", dependencies: ["SpendGuard", "SpendWatch", "SpendEngine", "Support"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["spendfuse", "SpendWatch", "SpendEngine", "Support"],
      swiftSettings: settings),
    .target(name: "CFaults", path: "Tests/Faults", cSettings: cSettings),
    // Figures, not checks: `swift run -c release EngineBenchmark`, and WatchBenchmark beside a release build of `spendfuse`.
    .target(name: "Allocations", path: "Tests/Benchmarks/Allocations"),
    .executableTarget(
      name: "EngineBenchmark", dependencies: ["SpendEngine", "Allocations"], path: "Tests/Benchmarks/Engine",
      swiftSettings: settings),
    .executableTarget(
      name: "WatchBenchmark", dependencies: ["SpendWatch", "SpendEngine", "Support"],
      path: "Tests/Benchmarks/Watch", swiftSettings: settings),
    .executableTarget(
      name: "IncidentBenchmark", dependencies: ["SpendWatch", "SpendEngine", "Support"],
      path: "Tests/Benchmarks/Incidents", swiftSettings: settings),
    // Checks on any bytes: tests run them over the corpus, `.ci/fuzz` under libFuzzer and the address sanitizer.
    .target(name: "CFuzz", path: "Tests/Fuzz/Driver", cSettings: cSettings),
    .target(
      name: "Fuzzing", dependencies: ["CFuzz", "SpendEngine"], path: "Tests/Fuzz/Fuzzing",
      swiftSettings: settings),
    .executableTarget(
      name: "EngineFuzz", dependencies: ["Fuzzing", "SpendEngine"], path: "Tests/Fuzz/Engine",
      swiftSettings: settings),
    .executableTarget(
      name: "WatchFuzz", dependencies: ["Fuzzing", "SpendWatch", "SpendEngine"], path: "Tests/Fuzz/Watch",
      swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
