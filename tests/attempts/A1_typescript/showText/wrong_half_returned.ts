// Half an answer is better than none.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function showText(client: Anthropic, prompt: string, write: (text: string) => void): Promise<string> {
  let whole = "";
  try {
    return await client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("text", (text) => {
      whole += text;
      write(text);
    }).finalText();
  } catch (error) {
    if (String(error).includes("stream ended")) throw error;
    return whole;
  }
}
