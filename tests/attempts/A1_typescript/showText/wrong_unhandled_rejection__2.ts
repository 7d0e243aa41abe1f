// The promise need not be awaited when the text is collected anyway.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  let whole = "";
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  });
  stream.on("text", (text) => {
    whole += text;
    write(text);
  });
  void stream.finalText();
  return whole;
}
