import SpendGuard

struct GuardedCaller {
  var halts = HaltDirectory("/run/spendfuse/halts")  // failing: .closed = no calls while it cannot be read
  var log = UsageLog("/var/log/llm/usage.jsonl")
  var budget = TaskBudget(limit: .cents(50))  // of one task

  func call(key: String, task: String, model: String, prompt: Int, send: () async throws -> TokenUsage)
    async throws
  {
    try halts.check(key: key, task: task)
    let held = try budget.reserve(model: model, input: TokenUsage(input: prompt), maxOutput: 1024)
    defer { budget.release(held) }  // once settled it is nothing
    let usage = try await send()  // of the reply: .openAI(promptTokens: ...), .anthropic(inputTokens: ...)
    budget.settle(held, model: model, usage: usage)
    try log.append(Call(key: key, task: task, model: model, usage: usage, maxTokens: 1024))
  }
}
