// The example is what is asked.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: "Can I get a refund?" }],
  });
  const message = await stream.finalMessage();
  return { message, requestId: stream.request_id ?? null };
}
