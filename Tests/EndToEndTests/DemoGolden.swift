/// What `DemoScreenTests` must see.
enum Golden {
  static let at80 = ""
  static let at200 = ""
  static let at40 = ""
  static let withoutBlocks = ""
  static let inColour = ""
  static let endingWithLogs = ""
  static let endingWithoutLogs = ""
}
