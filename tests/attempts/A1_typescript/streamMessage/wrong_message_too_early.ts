// connect is when the message is there.
import Anthropic from "@anthropic-ai/sdk";
import { MODEL } from "course";

export async function streamMessage(client: Anthropic, prompt: string): Promise<{ message: Anthropic.Message; requestId: string | null }> {
  const stream = client.messages.stream({
    model: MODEL,
    max_tokens: 400,
    messages: [{ role: "user", content: prompt }],
  }).on("error", () => {});
  let message: Anthropic.Message | null = null;
  await new Promise<void>((resolve) => {
    stream.on("streamEvent", (_, snapshot) => {
      message ??= structuredClone(snapshot);
      resolve();
    });
  });
  await stream.done();
  return { message: message as unknown as Anthropic.Message, requestId: stream.request_id ?? null };
}
