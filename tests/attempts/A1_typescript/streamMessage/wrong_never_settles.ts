// First the message, then wait for its events.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  const message = await stream.finalMessage();
  for await (const _ of stream) {
  }
  return { message, requestId: stream.request_id ?? null };
}
