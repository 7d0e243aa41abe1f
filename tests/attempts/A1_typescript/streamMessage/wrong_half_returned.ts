// What is there is returned.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  try {
    await stream.finalMessage();
  } catch {
    return { message: stream.currentMessage as Anthropic.Message, requestId: stream.request_id ?? null };
  }
  return { message: stream.receivedMessages[0]!, requestId: stream.request_id ?? null };
}
