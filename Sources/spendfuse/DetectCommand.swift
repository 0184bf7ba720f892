import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "The anomaly detector over a series of your own.",
    discussion: """
      Reads a CSV file of timestamp,value and prints each row with an anomaly score from 0 to 1, and whether it is an alert. Nothing is tuned \
      to the file: one pass, and no row sees a later one. Times are taken as they are written; a time with an offset in UTC.

      Without --spend it is a plain series (a bill of daily sums, a metric), and an anomaly may be high or low. With --spend each row is one \
      call and its cost in USD, and what judges is the `spike` rule with its defaults.

        spendfuse detect --csv bill.csv
        spendfuse detect --spend --csv calls.csv
      """)

  @Option(help: ArgumentHelp("Rows of timestamp,value; - for standard input.", valueName: "file"))
  var csv: String
  @Flag(help: "Each row is one call and its cost in USD: the spike rule judges.")
  var spend = false

  func run() throws {
    do {
      let output = DetectOutput()
      var reader = try SeriesReader(csv, willWait: output.flush)
      var detection = Detection(isSpend: spend)
      output.add("timestamp,value,anomaly_score,alert")
      while let row = try next(&reader, output) {
        let score = detection.observe(row)
        output.add(
          "\(row.timeText),\(row.valueText),\(DetectOutput.text(score.value)),\(score.isAlert ? 1 : 0)")
      }
      output.flush()
    } catch let problem as Diagnostic {
      printError(problem.rendered)
      throw ExitCode(1)
    }
  }

  /// What was scored before a mistake is printed all the same.
  private func next(_ reader: inout SeriesReader, _ output: DetectOutput) throws -> SeriesReader.Row? {
    do { return try reader.next() } catch {
      output.flush()
      throw error
    }
  }
}

/// Lines that are written when more must be waited for.
private final class DetectOutput {
  private var text = ""

  func add(_ line: String) {
    text += line
    text += "\n"
    if text.utf8.count > 64 << 10 { flush() }
  }

  func flush() {
    guard !text.isEmpty else { return }
    FileHandle.standardOutput.write(Data(text.utf8))
    text = ""
  }

  /// Nine digits: a threshold of benchmarks is one of the scores.
  static func text(_ score: Double) -> String {
    let scaled = Int64((score * 1e9).rounded())
    return "\(scaled / 1_000_000_000).\((scaled % 1_000_000_000).padded(to: 9))"
  }
}
