// Any question will do to try it out.
import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: "Hello" }],
  });
  stream.on("text", (piece) => {
    text += piece;
    write(piece);
  });
  try {
    const message = await stream.finalMessage();
    const whole = message.stop_reason === "end_turn" || message.stop_reason === "stop_sequence";
    const error = whole ? null : `stop reason: ${message.stop_reason}`;
    return { text, complete: whole, error, requestId: stream.request_id ?? null };
  } catch (error) {
    const id = stream.request_id ?? (error instanceof APIError ? error.requestID : null);
    return { text, complete: false, error: String(error), requestId: id ?? null };
  }
}
