// When the loop is over, so is the answer.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  let whole = "";
  for await (const event of client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  })) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
      write(event.delta.text);
      whole += event.delta.text;
    }
  }
  return whole;
}
