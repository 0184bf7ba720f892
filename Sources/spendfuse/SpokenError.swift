import SpendWatch

/// Errors whose description is a sentence for people, wherever a command lets one through.
protocol SpokenError: Error, CustomStringConvertible {}

extension ControlError: SpokenError {}
extension ExplainFailure: SpokenError {}
extension StartFailure: SpokenError {}
extension StateError: SpokenError {}
