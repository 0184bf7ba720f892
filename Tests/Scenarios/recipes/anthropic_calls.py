import json, time

def log_call(path, key, task, message, **more):
    usage = message.usage                                     # input_tokens are fresh input only
    written, split = usage.cache_creation_input_tokens or 0, usage.cache_creation
    hour = split.ephemeral_1h_input_tokens if split else 0
    line = {"time": time.time(), "key": key, "task": task, "model": message.model, "request_id": message.id,
            "input_tokens": usage.input_tokens, "cache_read_tokens": usage.cache_read_input_tokens or 0,
            "cache_write_5m_tokens": written - hour, "cache_write_1h_tokens": hour,
            "output_tokens": usage.output_tokens, **more}
    with open(path, "ab", buffering=0) as log:
        log.write(json.dumps(line).encode() + b"\n")
