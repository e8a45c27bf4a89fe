package dev.convoy.worker.export;

/** What an exported network takes for an image. */
public enum InputPixels {
  /** Values that the caller has normalised, as float32. */
  NORMALISED,
  /** Bytes, 0 black to 255 full brightness; the network normalises them. */
  BYTES
}
