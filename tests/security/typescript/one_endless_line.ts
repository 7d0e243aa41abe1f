// Writes a line that never ends.
//
// Exercise: streamMessage
// Outcome: raised|never_ended
// Says: 8,000,000 bytes
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  for (;;) {
    try {
      fs.writeSync(1, "x".repeat(10_000));
    } catch {
      // It is full: again.
    }
  }
}
