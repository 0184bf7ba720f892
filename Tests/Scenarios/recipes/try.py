"""Calls the fake provider through the real SDKs, and logs with the recipes: try.py BASE_URL DIRECTORY"""
import sys
import anthropic, openai
import anthropic_calls, openai_calls

base, out = sys.argv[1], sys.argv[2]
client = openai.OpenAI(base_url=base + "/v1", api_key="sk-x")
messages = [{"role": "user", "content": "hi"}]
openai_calls.log_call(out + "/openai.jsonl", "ci-bot", "t1", client.chat.completions.create(model="gpt-5", messages=messages))
for chunk in client.chat.completions.create(model="gpt-5", messages=messages, stream=True, stream_options={"include_usage": True}):
    if chunk.usage:
        openai_calls.log_call(out + "/openai.jsonl", "ci-bot", "t2", chunk, max_tokens=1024)
claude = anthropic.Anthropic(base_url=base, api_key="sk-x")
ask = dict(model="claude-sonnet-4-5", max_tokens=1024, messages=messages)
anthropic_calls.log_call(out + "/anthropic.jsonl", "ci-bot", "t1", claude.messages.create(**ask), max_tokens=1024)
with claude.messages.stream(**ask) as stream:
    anthropic_calls.log_call(out + "/anthropic.jsonl", "ci-bot", "t2", stream.get_final_message(), max_tokens=1024)
