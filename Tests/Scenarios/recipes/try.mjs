// Logs what the fake provider answers with the recipes: try.mjs BASE_URL DIRECTORY
import * as o from "./openai_calls.mjs";
import * as a from "./anthropic_calls.mjs";
const base = process.argv[2], out = process.argv[3];
const post = async (p, b) => (await fetch(base + p, { method: "POST", body: JSON.stringify(b) })).json();
o.logCall(out + "/openai-ts.jsonl", "ci-bot", "t1", await post("/v1/chat/completions", {}));
a.logCall(out + "/anthropic-ts.jsonl", "ci-bot", "t1", await post("/v1/messages", {}));
