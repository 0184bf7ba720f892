package import SpendEngine

/// LiteLLM's `model_prices_and_context_window.json`: an object of model names, each with its prices in USD per token. Read exactly; of a
/// name, or a price, that is listed twice the last counts, as for LiteLLM.
package struct PriceMap: Sendable {
  /// Why a file is not taken as a whole.
  package struct Failure: Error, Sendable, Hashable {
    package var message: String
    package var hint: String
    package init(_ message: String, hint: String = "") {
      self.message = message
      self.hint = hint
    }
  }
  package struct Rejected: Sendable, Hashable {
    package var name: String
    package var reason: String
  }

  /// In the order of the file; names are distinct.
  package private(set) var rows: [PriceRow] = []
  /// Entries that are left out because something is wrong with them.
  package private(set) var rejected: [Rejected] = []
  /// Entries that are not priced by the token: images, audio by the second.
  package private(set) var skipped = 0
  /// Names that were listed more than once.
  package private(set) var repeated: [String] = []

  /// 32 MB, twenty times what LiteLLM's own has.
  package static let maxSize = 32 << 20
  package static let maxEntries = 100_000

  /// - Parameter bytes: the file's.
  package init(_ bytes: [UInt8]) throws(Failure) {
    var reader = JSONReader(bytes)
    let first = reader.peek()
    guard first == UInt8(ascii: "{") else {
      throw Failure(first == nil ? "it is empty" : "it is not a JSON object", hint: Self.hint)
    }
    var map = PriceMap()
    var places: [String: Int] = [:]
    var count = 0
    do throws(JSONReader.Failure) {
      try reader.members { (reader, name) throws(JSONReader.Failure) in
        count += 1
        guard count <= Self.maxEntries else { throw reader.failure("more than \(Self.maxEntries) entries") }
        let entry = try PriceMapEntry(&reader)
        // It says what entries look like.
        if name != "sample_spec" { map.add(entry, name, &places) }
      }
      try reader.end()
    } catch {
      let place = reader.place(of: error.offset)
      throw Failure("line \(place.line), column \(place.column): \(error.message)", hint: Self.hint)
    }
    guard !map.rows.isEmpty else {
      let why = map.rejected.first.map { "; '\($0.name)': \($0.reason)" } ?? ""
      throw Failure("no model in it is priced by the token\(why)", hint: Self.hint)
    }
    self = map
  }

  private init() {}

  private static let hint = "LiteLLM's model_prices_and_context_window.json has the form"

  private mutating func add(_ entry: PriceMapEntry, _ name: String, _ places: inout [String: Int]) {
    do throws(PriceMapEntry.Problem) {
      guard !name.isEmpty, !name.hasSuffix("…") else {
        throw PriceMapEntry.Problem("this is no model's name")
      }
      guard let row = try entry.row(named: name) else {
        skipped += 1
        return
      }
      if let place = places[name] {
        repeated.append(name)
        rows[place] = row
      } else {
        places[name] = rows.count
        rows.append(row)
      }
    } catch {
      rejected.append(Rejected(name: name, reason: error.text))
    }
  }

  /// The map as a table, with the bundled list for models that it lacks.
  /// - Parameter origin: for people.
  package func table(origin: String) -> PriceTable {
    PriceTable(origin: origin, rows: rows, aliases: aliases).fallingBack(to: .bundled)
  }

  /// A model that is only listed with a provider before its name has its bare name too where all providers ask the same. Not for free:
  /// what one host gives away others sell.
  private var aliases: [String: String] {
    var sellers: [Substring: PriceRow?] = [:]
    for row in rows {
      var bare = row.name[...]
      while let slash = bare.firstIndex(of: "/") {
        bare = bare[bare.index(after: slash)...]
        if bare.isEmpty { break }
        if let known = sellers[bare] {
          if let other = known, !other.hasPrices(of: row) { sellers[bare] = .some(nil) }
        } else {
          sellers[bare] = .some(row)
        }
      }
    }
    var aliases: [String: String] = [:]
    for case (let bare, let row?) in sellers where row.rates.input > 0 || row.rates.output > 0 {
      aliases[String(bare)] = row.name
    }
    return aliases
  }
}

extension PriceRow {
  /// Whether the two cost the same, whatever they are called.
  package func hasPrices(of other: PriceRow) -> Bool {
    var renamed = other
    renamed.name = name
    return self == renamed
  }
}
