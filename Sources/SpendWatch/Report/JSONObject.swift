import SpendEngine

/// A JSON object written field by field, in the order given: for lines whose order is part of what people read.
package struct JSONObject: Sendable {
  private var fields = ""

  package init() {}

  package var text: String { "{" + fields + "}" }

  package mutating func add(_ name: String, _ value: String) { append(name, JSONObject.quoted(value)) }
  package mutating func add(_ name: String, _ value: Int64) { append(name, String(value)) }
  package mutating func add(_ name: String, _ value: Bool) { append(name, String(value)) }
  package mutating func add(_ name: String, _ value: JSONObject) { append(name, value.text) }
  package mutating func add(_ name: String, _ values: [JSONObject]) {
    append(name, "[" + values.map(\.text).joined(separator: ",") + "]")
  }
  package mutating func add(_ name: String, _ values: [String]) {
    append(name, "[" + values.map(JSONObject.quoted).joined(separator: ",") + "]")
  }
  package mutating func addNull(_ name: String) { append(name, "null") }

  private mutating func append(_ name: String, _ value: String) {
    if !fields.isEmpty { fields += "," }
    fields += JSONObject.quoted(name) + ":" + value
  }

  /// A JSON string. Beside what must be escaped, so is what is hidden: it would act on a terminal.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isHidden:
        for unit in String(scalar).utf16 { result += "\\u" + unit.hex }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
