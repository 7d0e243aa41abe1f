// Returns a list in a list, 990 deep: a reader of JSON gives up there, and would wait for the answer for ever.
//
// Exercise: streamMessage
// Outcome: raised
// Says: nested more than 90 deep
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  return JSON.parse("[".repeat(990) + "]".repeat(990));
}
