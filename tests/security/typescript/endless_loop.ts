// Never returns.
//
// Exercise: streamMessage
// Outcome: never_ended
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = 0;
  for (;;);
  throw new Error(JSON.stringify(seen));
}
