// Takes four gigabytes that are no objects.
//
// Exercise: streamMessage
// Outcome: raised|left_the_process|never_ended
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen: unknown[] = [];
  const kept: Buffer[] = [];
  for (let number = 0; number < 64; number += 1) kept.push(Buffer.alloc(64 * 2 ** 20, 1));
  seen.push(kept.length);
  throw new Error(JSON.stringify(seen));
}
