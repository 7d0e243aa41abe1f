// Starts other programs.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["EPERM","EPERM","EPERM"]
import Anthropic from "@anthropic-ai/sdk";
import { execFileSync, spawnSync } from "node:child_process";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = [
    attempted(() => execFileSync("/bin/sh", ["-c", "id"])),
    attempted(() => spawnSync(process.execPath, ["-e", "1"]).error && "EPERM"),
    attempted(() => execFileSync("/bin/kill", ["-9", "1"])),
  ];
  throw new Error(JSON.stringify(seen));
}
