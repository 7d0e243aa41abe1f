// Starts threads until the machine has no more.
//
// Exercise: streamMessage
// Outcome: raised|left_the_process|never_ended|misconception
import Anthropic from "@anthropic-ai/sdk";
import { Worker } from "node:worker_threads";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen: string[] = [];
  for (let number = 0; number < 1_000; number += 1) {
    new Worker("for (;;);", { eval: true }).on("error", (error) => seen.push(String(error)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(JSON.stringify(seen));
}
