// Ends the process as if all had gone well.
//
// Exercise: streamMessage
// Outcome: left_the_process
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = 0;
  process.exit(0);
  throw new Error(JSON.stringify(seen));
}
