// Answers its own requests, and sends none.
//
// Exercise: streamMessage
// Outcome: misconception|raised
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  globalThis.fetch = async () => new Response("data: {}\\n\\n", { headers: { "request-id": "req_forged" } });
  const seen = await client.messages.create({ model: "none", max_tokens: 10, messages: [{ role: "user", content: prompt }] });
  if (seen) return { message: seen, requestId: "req_forged" } as never;
  throw new Error(JSON.stringify(seen));
}
