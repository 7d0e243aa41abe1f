// As the cheat sheet has it: the error handler is called where something goes wrong.
import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  let error: string | null = null;
  let id: string | null = null;
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  stream
    .on("text", (piece) => {
      text += piece;
      write(piece);
    })
    .on("error", (thrown) => {
      error = String(thrown);
      id = thrown instanceof APIError ? (thrown.requestID ?? null) : null;
    });
  await stream.done().catch(() => {});
  return { text, complete: error === null, error, requestId: stream.request_id ?? id };
}
