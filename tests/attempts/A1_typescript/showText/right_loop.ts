// A loop over the events, and then the message, which throws where there is none.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  let text = "";
  for await (const event of stream) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
      write(event.delta.text);
      text += event.delta.text;
    }
  }
  await stream.finalMessage();
  return text;
}
