// The unstreamed call has the id.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).finalMessage();
  const message = await client.messages.create({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  return { message, requestId: message._request_id ?? null };
}
