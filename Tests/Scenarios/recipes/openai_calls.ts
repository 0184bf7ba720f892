import { appendFileSync } from "node:fs";
import type OpenAI from "openai";

export function logCall(path: string, key: string, task: string,
    response: OpenAI.ChatCompletion | OpenAI.ChatCompletionChunk, more: object = {}) {
  const usage = response.usage!;
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  const line = { time: new Date().toISOString(), key, task, model: response.model, request_id: response.id,
    input_tokens: usage.prompt_tokens - cached, cache_read_tokens: cached,
    output_tokens: usage.completion_tokens - reasoning, reasoning_tokens: reasoning, ...more };
  appendFileSync(path, JSON.stringify(line) + "\n");
}
