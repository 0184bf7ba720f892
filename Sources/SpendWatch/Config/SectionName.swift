package import SpendEngine

/// The kinds of a thing of which an entry in a list has exactly one, each by the name of its section: the cases are what can be written.
package protocol SectionName: RawRepresentable<String>, CaseIterable, Sendable {
  /// The settings in the section.
  var settings: [Setting] { get }
}
