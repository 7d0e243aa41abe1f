// Returns more than anybody wants to read.
//
// Exercise: streamMessage
// Outcome: raised
// Says: 1,000,000 are the most
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = "x".repeat(2_000_000);
  return { message: seen, requestId: seen } as never;
  throw new Error(JSON.stringify(seen));
}
