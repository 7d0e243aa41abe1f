// Waits for ever for what is there at once, so that nothing else gets a turn.
//
// Exercise: streamMessage
// Outcome: never_ended
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  let seen = 0;
  for (;;) seen += await Promise.resolve(1);
  throw new Error(JSON.stringify(seen));
}
