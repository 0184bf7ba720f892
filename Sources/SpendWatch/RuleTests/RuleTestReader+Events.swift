import SpendEngine

extension RuleTestReader {
  /// One entry of `events:`.
  mutating func series(_ entries: [ConfigNode.Entry], at place: Place, number: Int, start: EngineTime)
    -> EventSeries?
  {
    let before = reader.diagnostics.count
    let section = reader.read(entries, at: place, settings: EventSeries.settings, owner: "event \(number)")
    let values = section.values
    let at = values.text("at").flatMap { value(TestTime.instant($0, from: start), of: "at", in: section) }
    var series = EventSeries(first: at ?? start)
    if let text = values.text("time"),
      let time = value(TestTime.instant(text, from: start, mayPrecede: true), of: "time", in: section)
    {
      series.lag = series.first - time
    }
    series.isNumbered = values.has("times")
    series.times = Int(values.number("times") ?? 1)
    repeats(&series, section, start: start)
    for setting in EventSeries.fields {
      switch values.values[setting.name] {
      case .text(let text): series.fields.append((setting.name, .text(text)))
      case .number(let number) where setting.name == "cost_usd":
        series.fields.append((setting.name, .text(NanoUSD(rawValue: number).decimal)))
      case .number(let count): series.fields.append((setting.name, .count(count)))
      default: break
      }
    }
    guard reader.diagnostics.count == before else { return nil }
    if let refusal = EventParser.refusal(of: series.record(0)) {
      reader.error(
        at: place, "event \(number) is no call: \(refusal)",
        hint: "give it 'cost_usd', token counts, or a 'model'")
      return nil
    }
    return series
  }

  private mutating func repeats(
    _ series: inout EventSeries, _ section: SettingsReader.Section, start: EngineTime
  ) {
    if let text = section.values.text("every") {
      if let span = TestTime.span(text), span > 0 {
        series.every = span
      } else {
        reader.report(
          [SettingProblem("every", "'\(text)' is no span of time", hint: "more than 0, such as 90s or 10m")],
          in: section)
      }
      if !section.values.has("times") {
        reader.report(
          [SettingProblem("every", "'every' without 'times'", hint: "say how often: 'times: 60'")],
          in: section)
      }
    }
    if series.last - start > Milliseconds.longestSpan {
      reader.report(
        [SettingProblem("times", "the last call is too far from the test's start", hint: "at most 3660d")],
        in: section)
      series.times = 1
    }
    let had = calls
    calls = calls.addingSaturating(Int64(series.times))
    if had <= EventSeries.maxTimes, calls > EventSeries.maxTimes {
      let most = EventSeries.maxTimes.grouped
      reader.report(
        [SettingProblem("times", "more than \(most) calls in the tests of this file")], in: section)
    }
  }
}
