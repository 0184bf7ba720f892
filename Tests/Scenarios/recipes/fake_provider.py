"""A provider on loopback that answers as the real ones document it; prints its port. For trying the recipes."""
import http.server, json, sys

CHAT = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1795600000, "model": "gpt-5", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}]}
CHAT_USAGE = {"prompt_tokens": 2400, "completion_tokens": 300, "total_tokens": 2700,
              "prompt_tokens_details": {"cached_tokens": 1920}, "completion_tokens_details": {"reasoning_tokens": 256}}
USAGE = {"input_tokens": 50, "output_tokens": 400, "cache_read_input_tokens": 10000, "cache_creation_input_tokens": 3000,
         "cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 2000}}
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "stop_reason": "end_turn",
           "stop_sequence": None, "content": [{"type": "text", "text": "hi"}], "usage": USAGE}

class Provider(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"] or 0)) or b"{}")
        stream = body.get("stream")
        if self.path.endswith("/messages"):
            events = [{"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None,
                                                            "usage": {**USAGE, "output_tokens": 1}}},
                      {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                      {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
                      {"type": "content_block_stop", "index": 0},
                      {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                       "usage": {"output_tokens": 400}}, {"type": "message_stop"}]
            text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events) if stream else json.dumps(MESSAGE)
        else:
            chunk = {**CHAT, "object": "chat.completion.chunk"}
            events = [{**chunk, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "hi"}, "finish_reason": None}]},
                      {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
            if (body.get("stream_options") or {}).get("include_usage"):
                events.append({**chunk, "choices": [], "usage": CHAT_USAGE})
            text = ("".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n" if stream
                    else json.dumps({**CHAT, "usage": CHAT_USAGE}))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream" if stream else "application/json")
        if "x-key-id" in self.headers and "x-no-cost" not in self.headers:      # as LiteLLM answers, to nginx
            self.send_header("x-litellm-response-cost", "0.0034")
            self.send_header("x-litellm-model-group", "gpt-5")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_): pass

if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Provider)
    print(server.server_address[1], flush=True)
    server.serve_forever()
