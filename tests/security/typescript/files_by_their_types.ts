// Has the compiler read what is not its own, and tell of it in its errors.
//
// Exercise: streamMessage
// Outcome: raised
// Says: TS2307
import Anthropic from "@anthropic-ai/sdk";
import checks from "../../lessons/typescript/checks/streammessage.py";
import versions from "/etc/os-release";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen: number = checks + versions;
  throw new Error(JSON.stringify(seen));
}
