package dev.convoy.worker.export;

/** The pixel values that an exported network takes. */
public enum InputPixels {
  /** Values as float32 that the caller has normalised. */
  NORMALISED,
  /** Bytes, 0 black to 255 full brightness; the network normalises them. */
  BYTES
}
