// The message has it, as in the cheat sheet.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const message = await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).finalMessage();
  const requestId = (message as { _request_id?: string | null })._request_id ?? null;
  return { message, requestId };
}
