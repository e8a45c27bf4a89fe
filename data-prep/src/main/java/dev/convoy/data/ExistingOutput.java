package dev.convoy.data;

/** How a command treats an output that already exists. */
public enum ExistingOutput {
  /** Keeps it: training resumes its run, every other command refuses the request. */
  KEEP,
  /** Replaces it when the new one is complete. An output that Convoy has not written is refused. */
  OVERWRITE
}
