package dev.convoy.data.source;

import dev.convoy.data.Problems;
import java.util.List;

/**
 * A format that every command reads in the same way, in {@link SourceSlice}s of {@link RawImage}s.
 */
public non-sealed interface SliceFormat extends InputFormat {
  /**
   * Finds and checks the labelled images of an input.
   *
   * @param labels names that replace those of the source, in the order of the label numbers; empty
   *     to take the names of the source
   * @param problems receives all faults of the input; if there are any, the result must not be used
   */
  ImageSource open(InputListing listing, List<String> labels, Problems problems);

  /**
   * Finds the images of an input for a command that needs no labels; the input may have some.
   *
   * @param problems receives all faults of the input; if there are any, the result must not be used
   */
  default ImageSource openUnlabelled(InputListing listing, Problems problems) {
    return open(listing, List.of(), problems);
  }
}
