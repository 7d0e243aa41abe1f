// First the end, then the pieces.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL, type Outcome } from "course";

export async function streamSafely(client: Anthropic, prompt: string, write: (text: string) => void): Promise<Outcome> {
  let text = "";
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  try {
    await stream.finalMessage();
    for await (const event of stream) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") write((text += event.delta.text));
    }
    return { text, complete: true, error: null, requestId: stream.request_id ?? null };
  } catch (error) {
    return { text, complete: false, error: String(error), requestId: stream.request_id ?? null };
  }
}
