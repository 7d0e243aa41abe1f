/** The model that every lesson calls. */
export declare const MODEL: string;

/** What became of one streamed answer. */
export interface Outcome {
  /** Everything that arrived. */
  text: string;
  /** Whether that is the whole answer. */
  complete: boolean;
  /** In a few words why it is not; null when it is. */
  error: string | null;
  /** What support asks for; null only when no response came. */
  requestId: string | null;
}
