// The response has the id before the first word.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const { data: stream, request_id: requestId } = await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).withResponse();
  return { message: await stream.finalMessage(), requestId: requestId ?? null };
}
