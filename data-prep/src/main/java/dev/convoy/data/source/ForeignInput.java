package dev.convoy.data.source;

import dev.convoy.data.Problems;
import dev.convoy.data.archive.TarEntries;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Recognises inputs that a command cannot read, so that they are refused by name: tables of lake
 * formats, Convoy's own directories, and files of the kinds in {@link ForeignFormat}.
 */
public final class ForeignInput {
  /** Largest number of files whose first bytes are read; others are judged by name. */
  private static final int MOST_OPENED = 64;

  /** Largest number of kinds that are named in one message. */
  private static final int MOST_KINDS = 3;

  private ForeignInput() {}

  /**
   * Checks a path with a few look-ups, however many files are below it.
   *
   * @return the reason against it as an input, without its name; empty if there is none
   */
  public static Optional<String> refusal(Storage storage, String input, InputUse use) {
    if (use == InputUse.SCORE && has(storage, input, Manifest.FILE)) {
      return Optional.empty();
    }
    Optional<LakeTable> table = LakeTable.around(storage, input);
    if (table.isPresent()) {
      return Optional.of(table.get().refusalOfInput(storage, input, use));
    }
    if (storage.isDirectory(input)) {
      return ownDirectory(storage, input, use);
    }
    return storage.exists(input) ? file(storage, input, use) : Optional.empty();
  }

  /**
   * Checks the place of an output before any work: the directories that contain it, and whether
   * this user may write there.
   *
   * @param problems receives the reasons against the output
   */
  public static void checkOutput(Storage storage, String output, Problems problems) {
    checkSurroundings(storage, output, problems);
    storage.writeRefusal(output).ifPresent(problems::add);
  }

  /**
   * Checks that an output is not inside a lake table or a directory of Convoy, to which it would
   * not belong.
   *
   * @param problems receives the reasons against the output
   */
  public static void checkSurroundings(Storage storage, String output, Problems problems) {
    LakeTable.around(storage, output)
        .ifPresent(table -> problems.add("--output " + output, table.refusalOfOutput()));
    OwnDirectory.refusalOfOutput(storage, output)
        .ifPresent(refusal -> problems.add("--output " + output, refusal));
  }

  private static Optional<String> ownDirectory(Storage storage, String input, InputUse use) {
    String remedy =
        use == InputUse.SCORE
            ? " (the images to score belong there; a model is named with --model)"
            : " (name the directory of raw images)";
    return OwnDirectory.whole(storage, input)
        .map(
            kind ->
                kind == OwnDirectory.DATASET
                    ? "it is a prepared dataset already (train on it with: convoy train --data "
                        + input
                        + ")"
                    : "it is " + kind.words() + remedy);
  }

  private static boolean has(Storage storage, String directory, String name) {
    return storage.exists(Storage.join(directory, name));
  }

  /** Returns why a file is refused; empty if the command may read it or its kind is unknown. */
  private static Optional<String> file(Storage storage, String input, InputUse use) {
    Storage.Entry entry = storage.entry(input);
    if (entry.bytes() == 0) {
      return Optional.of("it is an empty file (copy it again)");
    }
    return ForeignFormat.of(entry, start(storage, entry))
        .filter(format -> RowFormat.ofFiles(format).isEmpty())
        .filter(
            format ->
                format != ForeignFormat.TAR
                    || !TarEntries.isTar(storage, entry.path(), entry.bytes()))
        .map(format -> "it is " + format.one() + ": " + format.remedy(input, use));
  }

  /**
   * Describes files that the command does not read. If they belong to a table of a lake format, the
   * table is described, since its files must not be read separately.
   *
   * @param input input that contains them
   * @param files all of them
   * @return such as {@code it holds 5 ORC files (part-0.orc): write …}; empty if none is recognised
   */
  public static Optional<String> describe(
      Storage storage, String input, List<Storage.Entry> files, InputUse use) {
    Optional<LakeTable> table = LakeTable.below(storage, input, files);
    if (table.isPresent()) {
      return Optional.of(table.get().refusalOfInput(storage, input, use));
    }
    Map<ForeignFormat, Long> counts = new EnumMap<>(ForeignFormat.class);
    Map<ForeignFormat, String> examples = new EnumMap<>(ForeignFormat.class);
    int opened = 0;
    for (Storage.Entry file : files) {
      byte[] start = opened++ < MOST_OPENED ? start(storage, file) : new byte[0];
      ForeignFormat.of(file, start)
          .ifPresent(
              format -> {
                counts.merge(format, 1L, Long::sum);
                examples.putIfAbsent(format, file.relative());
              });
    }
    List<ForeignFormat> kinds =
        counts.keySet().stream()
            .sorted(Comparator.comparing(counts::get, Comparator.reverseOrder()))
            .toList();
    if (kinds.isEmpty()) {
      return LakeTable.withoutFiles(storage, input)
          .map(empty -> empty.refusalOfInput(storage, input, use));
    }
    String named =
        kinds.stream()
            .limit(MOST_KINDS)
            .map(kind -> kind.count(counts.get(kind)) + " (" + examples.get(kind) + ")")
            .collect(Collectors.joining(", "));
    return Optional.of("it holds " + named + ": " + kinds.get(0).remedy(input, use));
  }

  /** Returns the kind of a file, by its first bytes and its name. */
  public static Optional<ForeignFormat> formatOf(Storage storage, Storage.Entry file) {
    return ForeignFormat.of(file, start(storage, file));
  }

  private static byte[] start(Storage storage, Storage.Entry file) {
    return storage.read(file.path(), in -> in.readNBytes(ForeignFormat.SIGNATURE_BYTES));
  }
}
