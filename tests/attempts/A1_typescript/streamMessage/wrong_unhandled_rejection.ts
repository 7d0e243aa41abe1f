// The message is a promise, and may be handed on as one.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  const message = stream.finalMessage();
  return { message: message as unknown as Anthropic.Message, requestId: stream.request_id ?? null };
}
