package dev.convoy.driver.train.rounds;

import java.util.List;

/**
 * What is known when a run starts or continues, in sentences.
 *
 * @param words what the run will do, as it was printed
 * @param chosen settings that were {@code auto}, with their values and the reasons
 * @param dataset what is wrong with the dataset
 */
public record StartNotes(List<String> words, List<String> chosen, List<String> dataset) {
  public StartNotes {
    words = List.copyOf(words);
    chosen = List.copyOf(chosen);
    dataset = List.copyOf(dataset);
  }

  /** Returns the notes of a run that nothing is said of. */
  public static StartNotes none() {
    return new StartNotes(List.of(), List.of(), List.of());
  }
}
