// create has both.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const message = await client.messages.create({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  return { message, requestId: message._request_id ?? null };
}
