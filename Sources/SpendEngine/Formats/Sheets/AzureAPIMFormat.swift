/// Azure API Management's log of LLM calls, as diagnostics or as rows of Log Analytics. It says nothing of cached tokens; a large message is split over rows, of which one has the tokens.
enum AzureAPIMFormat: SheetFormat {
  static let name = "azure-apim"
  static let mark = "'category' is GatewayLlmLogs"
  static let sheet = FormatSheet(
    .disjoint,
    marks: [.equals("category", "GatewayLlmLogs")],
    [
      .time: ["time", "TimeGenerated"],
      .id: ["correlationId", "CorrelationId"],
      .key: ["properties.subscriptionId", "ApimSubscriptionId"],
      .model: ["properties.modelName", "ModelName", "properties.deploymentName", "DeploymentName"],
      .input: ["properties.promptTokens", "PromptTokens"],
      .output: ["properties.completionTokens", "CompletionTokens"],
      .total: ["properties.totalTokens", "TotalTokens"],
      .status: ["properties.responseStatusCode", "ResponseStatusCode"],
    ])
}
