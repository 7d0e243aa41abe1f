// The promise of the whole text is the end.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  stream.on("text", (text) => write(text));
  return await stream.finalText();
}
