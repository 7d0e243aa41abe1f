// Loads a library of the system as if it were one of Node's.
//
// Exercise: streamMessage
// Outcome: raised|left_the_process
import Anthropic from "@anthropic-ai/sdk";

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  process.dlopen({ exports: {} }, "libc.so.6");
  throw new Error(`${client && prompt}`);
}
