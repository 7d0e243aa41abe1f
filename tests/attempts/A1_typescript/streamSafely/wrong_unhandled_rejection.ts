// As the cheat sheet has it, with await.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  const stream = await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("text", (piece) => {
    text += piece;
    write(piece);
  });
  return { text, complete: true, error: null, requestId: stream.request_id ?? null };
}
