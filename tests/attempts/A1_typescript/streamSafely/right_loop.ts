// The events themselves, and the stop reason that one of them brings.
import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  let reason: string | null = null;
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  try {
    for await (const event of stream) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
        text += event.delta.text;
        write(event.delta.text);
      } else if (event.type === "message_delta") reason = event.delta.stop_reason;
    }
  } catch (error) {
    const id = stream.request_id ?? (error instanceof APIError ? error.requestID : null);
    return { text, complete: false, error: String(error), requestId: id ?? null };
  }
  const complete = reason === "end_turn" || reason === "stop_sequence";
  return { text, complete, error: complete ? null : `stop reason: ${reason}`, requestId: stream.request_id ?? null };
}
