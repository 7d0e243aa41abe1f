// Writes ten million lines past everything, on the line to the grader.
//
// Exercise: streamMessage
// Outcome: raised|never_ended
// Says: 8,000,000 bytes
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = 0;
  for (let number = 0; number < 10_000_000; number += 1) {
    try {
      fs.writeSync(1, `${number} lines of what nobody asked for\n`.repeat(100));
    } catch {
      // It is full: again.
    }
  }
  throw new Error(JSON.stringify(seen));
}
