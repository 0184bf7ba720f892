import { appendFileSync } from "node:fs";
import type Anthropic from "@anthropic-ai/sdk";

export function logCall(path: string, key: string, task: string, message: Anthropic.Message, more: object = {}) {
  const { usage, model, id } = message;
  const hour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const line = { time: new Date().toISOString(), key, task, model, request_id: id,
    input_tokens: usage.input_tokens, cache_read_tokens: usage.cache_read_input_tokens ?? 0,
    cache_write_5m_tokens: (usage.cache_creation_input_tokens ?? 0) - hour, cache_write_1h_tokens: hour,
    output_tokens: usage.output_tokens, ...more };
  appendFileSync(path, JSON.stringify(line) + "\n");
}
