// As the cheat sheet has it, with a handler.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  let error: string | null = null;
  const stream = await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("text", (piece) => {
    text += piece;
    write(piece);
  }).on("error", (thrown) => {
    error = String(thrown);
  });
  return { text, complete: error === null, error, requestId: stream.request_id ?? null };
}
