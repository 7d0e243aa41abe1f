// The stream has it from the first line on.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  const requestId = stream.request_id ?? null;
  return { message: await stream.finalMessage(), requestId };
}
