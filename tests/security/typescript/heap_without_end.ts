// Takes all the memory that there is, in objects.
//
// Exercise: streamMessage
// Outcome: raised|left_the_process|never_ended
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen: unknown[] = [];
  for (;;) seen.push(new Array(1_000_000).fill(seen.length + 0.5));
  throw new Error(JSON.stringify(seen));
}
