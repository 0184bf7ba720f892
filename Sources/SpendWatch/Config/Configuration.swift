package import SpendEngine

/// A rules file after every check: everything the watcher needs, and nothing that can still be wrong.
package struct Configuration: Sendable {
  /// Where it was read from, as given.
  package var path: String
  /// Where calendar windows begin.
  package var calendar: CalendarSettings
  /// IANA name; calendar windows and "today" are in it.
  package var timeZone: String { calendar.timeZone }
  /// Caps the mode of every rule; already applied to `rules`.
  package var mode: Mode
  package var sources: [Source]
  package var prices: PriceTable
  /// The price map it names, absolute; nil for the bundled list.
  package var priceFile: String?
  package var rules: RuleSet
  package var receivers: [Receiver]
  package var switches: [Switch]

  package init(
    path: String, timeZone: String, mode: Mode = .enforce, sources: [Source], prices: PriceTable,
    priceFile: String? = nil, rules: RuleSet, receivers: [Receiver], switches: [Switch]
  ) {
    self.path = path
    calendar = CalendarSettings(timeZone: timeZone)
    self.mode = mode
    self.sources = sources
    self.prices = prices
    self.priceFile = priceFile
    self.rules = rules
    self.receivers = receivers
    self.switches = switches
  }
}

/// One entry of `sources:`.
package struct Source: Sendable, Hashable {
  /// A glob with `*`, `?`, `[...]` and `**`; absolute, `~` already expanded.
  package var pattern: String
  package var format: Format
  /// Its own mapping, in place of a format.
  package var fields: FieldMapping?
  /// How often a call may be in it, where that is not as its format says.
  package var duplicates: Duplicates?
  /// Where a file that is met for the first time at start is read from; files that appear later are read from their beginning.
  package var start: Start
  /// Its files are documents that are written anew with every change: read again from their beginning then.
  package var isWhole: Bool
  /// People are told where it brings no record for so long (ms); nil = never.
  package var silence: Milliseconds?

  package enum Start: String, Sendable, Hashable, CaseIterable {
    case beginning, end
  }

  package init(
    pattern: String, format: Format, fields: FieldMapping? = nil, duplicates: Duplicates? = nil,
    start: Start = .beginning, isWhole: Bool = false, silence: Milliseconds? = nil
  ) {
    self.pattern = pattern
    self.format = format
    self.fields = fields
    self.duplicates = duplicates
    self.start = start
    self.isWhole = isWhole
    self.silence = silence
  }

  /// How its records are read.
  package var layout: RecordLayout {
    RecordLayout(format, fields: fields, duplicates: duplicates, isWhole: isWhole)
  }
}
