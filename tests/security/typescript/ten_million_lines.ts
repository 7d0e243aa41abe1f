// Prints ten million lines.
//
// Exercise: streamMessage
// Outcome: printed_too_much
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = 0;
  for (let number = 0; number < 10_000_000; number += 1) console.log(number);
  throw new Error(JSON.stringify(seen));
}
