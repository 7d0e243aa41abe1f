// A handler can be attached at any time.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  const whole = await stream.finalText();
  stream.on("text", (text) => write(text));
  return whole;
}
