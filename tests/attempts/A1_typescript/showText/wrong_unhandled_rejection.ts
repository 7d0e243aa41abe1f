// As the cheat sheet has it: await waits for whatever stands behind it.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  let whole = "";
  await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("text", (text) => {
    whole += text;
    write(text);
  });
  return whole;
}
