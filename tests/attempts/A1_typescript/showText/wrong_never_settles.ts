// First the whole, then its pieces.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  const whole = await stream.finalText();
  for await (const event of stream) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") write(event.delta.text);
  }
  return whole;
}
