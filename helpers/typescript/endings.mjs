// One stream over the wire at ANTHROPIC_BASE_URL, as the SDK's users write it, and what became of it as a line of JSON.
import Anthropic from "@anthropic-ai/sdk";

const PATIENCE = Number(process.env.PATIENCE_MS);
// Node's fetch waits five minutes for the next byte: here, as long as the Python client beside it.
await fetch("data:,");
const agent = Symbol.for("undici.globalDispatcher.1");
globalThis[agent] = new globalThis[agent].constructor({ bodyTimeout: PATIENCE });

// What the SDK prints of an event that is not JSON is part of no answer.
console.error = () => {};

const told = { text: 0, onError: null, threw: null, stopReason: null, messageId: null, streamId: null };
const named = (error) => ({
  type: error.constructor.name,
  message: error.message.split("\n")[0].slice(0, 80),
  status: error.status ?? null,
  requestId: Boolean(error.requestID),
  cause: error.cause ? `${error.cause.constructor.name}: ${error.cause.message}` : null,
});
const say = () => {
  process.stdout.write(`${JSON.stringify(told)}\n`);
  process.exit(0);
};

const client = new Anthropic({ apiKey: "replay" });
const stream = client.messages.stream({
  model: process.env.COURSE_MODEL,
  max_tokens: 400,
  messages: [{ role: "user", content: "Hello" }],
});
stream.on("text", () => (told.text += 1));
stream.on("error", (error) => (told.onError = named(error)));
setTimeout(() => {
  told.threw = { type: "nothing, for ever", message: "", status: null, requestId: false, cause: null };
  say();
}, PATIENCE * 4);
try {
  const message = await stream.finalMessage();
  told.stopReason = message.stop_reason;
  told.messageId = Boolean(message._request_id);
} catch (error) {
  told.threw = named(error);
}
told.streamId = Boolean(stream.request_id);
say();
