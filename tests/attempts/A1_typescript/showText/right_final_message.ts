// The text stands in the message's blocks.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("text", (text) => write(text));
  const message = await stream.finalMessage();
  return message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
