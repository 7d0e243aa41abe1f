// Fills the disk.
//
// Exercise: streamMessage
// Outcome: raised
// Says: "ENOSPC"
// Needs: namespaces
import Anthropic from "@anthropic-ai/sdk";
import fs from "node:fs";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = attempted(() => {
    for (let number = 0; number < 1_000; number += 1) fs.writeFileSync(`full-${number}`, Buffer.alloc(8_000_000));
  });
  throw new Error(JSON.stringify(seen));
}
