import json, time

def log_call(path, key, task, response, **more):
    usage = response.usage                                    # prompt_tokens include cached, completion_tokens reasoning
    cached = getattr(usage.prompt_tokens_details, "cached_tokens", None) or 0
    reasoning = getattr(usage.completion_tokens_details, "reasoning_tokens", None) or 0
    line = {"time": time.time(), "key": key, "task": task, "model": response.model, "request_id": response.id,
            "input_tokens": usage.prompt_tokens - cached, "cache_read_tokens": cached,
            "output_tokens": usage.completion_tokens - reasoning, "reasoning_tokens": reasoning, **more}
    with open(path, "ab", buffering=0) as log:                # one write a line: processes may share a file
        log.write(json.dumps(line).encode() + b"\n")
