package dev.convoy.benchmarks.decoding;

/** Decodes image files and scales them. */
public interface Decoding {
  /** Decodes and scales a file; returns false if it cannot be read. */
  boolean decode(byte[] file);
}
