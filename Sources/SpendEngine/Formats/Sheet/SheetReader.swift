/// A record as a sheet sees it: fields by what they mean, whatever their paths are.
struct SheetReader {
  let fields: RecordFields
  let sheet: FormatSheet
  private let places: UnsafePointer<UInt16>

  init(_ reader: FieldReader<SheetField>, _ sheet: FormatSheet) {
    (fields, places, self.sheet) = (reader.fields, reader.places, sheet)
  }

  private func at(_ place: Int) -> Slot { fields.slots[Int(places[place])] }

  /// Of the alternatives the first that has a value.
  func slot(_ field: SheetField) -> Slot {
    var found = Slot()
    for place in sheet.places[field.rawValue] {
      let slot = at(place)
      if !slot.isEmpty { return slot }
      if slot.kind != .absent { found = slot }
    }
    return found
  }

  func isEmpty(_ field: SheetField) -> Bool { slot(field).isEmpty }
  func isTrue(_ field: SheetField) -> Bool { slot(field).kind == .yes }
  func name(_ field: SheetField) -> UsageRecord.Name { fields.name(slot(field)) }
  func count(_ field: SheetField) throws(Rejection) -> Int64 {
    try fields.integer(slot(field), most: RecordFields.mostTokens) ?? 0
  }

  func holdsMarks() -> Bool {
    for (index, mark) in sheet.marks.enumerated() {
      let slot = at(sheet.firstMark + index)
      let holds =
        switch mark {
        case .has: slot.kind != .absent
        case .lacks: slot.isEmpty
        case .equals(_, let text): fields.equals(slot, text)
        case .begins(_, let text): fields.hasPrefix(slot, text)
        }
      if !holds { return false }
    }
    return true
  }

  var isHit: Bool {
    let slot = slot(.hit)
    if slot.kind == .yes { return true }
    guard !slot.isEmpty, slot.kind != .no else { return false }
    return sheet.hits.isEmpty || sheet.hits.contains { fields.equals(slot, $0) }
  }

  /// `error` is one where it is there and says something; `status` as everywhere.
  var isError: Bool {
    if fields.isFailure(slot(.status)) { return true }
    let error = slot(.error)
    return !error.isEmpty && error.kind != .no
  }

  var tier: ServiceTier { fields.tier(slot(.tier)) }

  /// Of the alternatives the first that says something; of tags the one that tells the task.
  var task: UsageRecord.Name {
    for place in sheet.places[SheetField.task.rawValue] {
      let slot = at(place)
      let name = slot.kind == .array ? fields.taskTag(slot) : fields.name(slot)
      if !name.isEmpty { return name }
    }
    return UsageRecord.Name()
  }

  /// Sums by lifetime; what is no such array says nothing.
  var writeDetails: (fiveMinutes: Int64, oneHour: Int64) {
    var sums: (fiveMinutes: Int64, oneHour: Int64) = (0, 0)
    guard sheet.has(.writeDetails) else { return sums }
    fields.forEachObject(slot(.writeDetails), "ttl", "inputTokens") { lifetime, tokens in
      guard let count = try? fields.integer(tokens, most: RecordFields.mostTokens) else { return }
      if fields.equals(lifetime, "1h") {
        sums.oneHour = sums.oneHour.addingSaturating(count)
      } else {
        sums.fiveMinutes = sums.fiveMinutes.addingSaturating(count)
      }
    }
    return sums
  }
}
