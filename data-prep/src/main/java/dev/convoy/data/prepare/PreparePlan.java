package dev.convoy.data.prepare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Json;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.TableSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A request to prepare a dataset. All faults of a plan are reported together.
 *
 * @param input directory or archive of the raw images, or the table, files or query with them
 * @param output directory of the dataset
 * @param format format of the input; empty to recognise it
 * @param table the input if it is a table; empty otherwise
 * @param columns columns of the table
 * @param size size of all images; empty: that of the IDX file, or of the first good image of a
 *     folder
 * @param geometry treatment of images of another size
 * @param channels 1 (grey) or 3 (RGB); empty: those of the IDX file (1), or 3 if any image of a
 *     folder is stored in colour
 * @param normalisation how the bytes of images become the values that networks take
 * @param validation fraction of the train split, 0 to below 1, that becomes the validation split if
 *     the source has none; of every label
 * @param test fraction, 0 to below 1, of the images without a given split that becomes the test
 *     split; of every label
 * @param onBad treatment of images that cannot be read
 * @param maxBad with {@link OnBad#REJECT}, the largest fraction of bad images, 0 to 1
 * @param seed seed of the split
 * @param labels names that replace those of the source, in the order of the label numbers; empty to
 *     take the names of the source
 * @param limits limits of an image file; a larger image cannot be read
 * @param damaged treatment of images that can be decoded only in part
 * @param background what transparent pixels are drawn on; empty: black, with a warning if there are
 *     any
 * @param groups regular expression that finds in an id the group whose images stay in one split;
 *     empty: each image is drawn by itself
 * @param duplicates treatment of examples with the same pixels
 * @param append whether images are added to the dataset that the output is
 * @param existing treatment of an output that exists already
 */
public record PreparePlan(
    String input,
    String output,
    Optional<InputFormat> format,
    Optional<TableSource> table,
    Optional<ExampleColumns> columns,
    Optional<ImageSize> size,
    Geometry geometry,
    OptionalInt channels,
    Normalisation.Kind normalisation,
    double validation,
    double test,
    OnBad onBad,
    double maxBad,
    long seed,
    List<String> labels,
    ImageLimits limits,
    OnDamaged damaged,
    Optional<Background> background,
    Optional<String> groups,
    Duplicates duplicates,
    boolean append,
    ExistingOutput existing) {

  public static final double DEFAULT_VALIDATION = 0.1;
  public static final double DEFAULT_TEST = 0;
  public static final double DEFAULT_MAX_BAD = 1;
  public static final long DEFAULT_SEED = 1;

  /** Checks the plan; throws {@link dev.convoy.data.InvalidRequestException} with all faults. */
  public PreparePlan {
    labels = List.copyOf(labels);
    Problems problems = new Problems();
    requirePath(input, "--input", problems);
    requirePath(output, "--output", problems);
    if (channels.isPresent() && channels.getAsInt() != 1 && channels.getAsInt() != 3) {
      problems.add("--channels = " + channels.getAsInt(), "must be 1 (grey) or 3 (RGB)");
    }
    if (channels.isPresent() && channels.getAsInt() == 1 && !normalisation.takes(1)) {
      problems.add(
          "--normalisation = " + normalisation.key(), "needs three channels, and --channels is 1");
    }
    if (!(validation >= 0 && validation < 1)) {
      problems.add("--validation = " + validation, "must be at least 0 and less than 1");
    }
    if (!(test >= 0 && test < 1)) {
      problems.add("--test = " + test, "must be at least 0 and less than 1");
    }
    if (!(maxBad >= 0 && maxBad <= 1)) {
      problems.add("--max-bad = " + maxBad, "must be between 0 and 1");
    }
    groups.ifPresent(value -> requirePattern(value, problems));
    if (groups.isPresent() && columns.flatMap(ExampleColumns::group).isPresent()) {
      problems.add("--groups and --group-column", "name the same thing twice (leave one out)");
    }
    if (columns.isPresent()
        && columns.get().split().isPresent()
        && (groups.isPresent() || columns.get().group().isPresent())) {
      problems.add(
          "--split-column",
          "gives the splits, so that groups cannot decide them (leave one of both out)");
    }
    if (new HashSet<>(labels).size() < labels.size()) {
      problems.add("labels = " + labels, "a label is listed twice");
    }
    problems.refuseIfAny("Cannot prepare");
  }

  /** Returns the fit of images of another size. */
  public Fit fit() {
    return geometry.fit();
  }

  /** Returns the path of the input; empty for a table of a catalog and for a query. */
  Optional<String> inputPath() {
    return table.isPresent() ? table.get().path() : Optional.of(input);
  }

  private static void requirePattern(String text, Problems problems) {
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      problems.add("--groups " + text, "is not a regular expression: " + e.getDescription());
    }
  }

  private static void requirePath(String path, String flag, Problems problems) {
    if (path == null || path.isBlank()) {
      problems.add(flag, "must name a directory");
    }
  }

  /** Returns a builder with the defaults. */
  public static Builder from(String input, String output) {
    return new Builder(input, output);
  }

  /**
   * The part of the plan that the manifest stores: all that decides which examples the dataset has.
   */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("input", input);
    json.put("format", format.map(InputFormat::key).orElse(InputFormats.AUTO));
    table.ifPresent(source -> source.version().ifPresent(number -> json.put("version", number)));
    columns.ifPresent(value -> json.set("columns", value.toJson()));
    size.ifPresent(value -> json.put("size", value.toString()));
    json.put("fit", geometry.fit().key());
    json.put("padding", geometry.padding().key());
    json.put("place", geometry.place().key());
    json.put("resample", geometry.resampling().key());
    channels.ifPresent(value -> json.put("channels", value));
    json.put("validation", validation);
    json.put("test", test);
    json.put("onBad", onBad.key());
    json.put("maxBad", maxBad);
    json.put("seed", seed);
    json.put("damaged", damaged.key());
    groups.ifPresent(value -> json.put("groups", value));
    json.put("duplicates", duplicates.key());
    json.put("background", background.orElse(Background.BLACK).key());
    json.put("maxPixels", limits.pixels());
    json.put("maxBytes", limits.encodedBytes());
    if (!labels.isEmpty()) {
      ArrayNode names = json.putArray("labels");
      labels.forEach(names::add);
    }
    return json;
  }

  /** Builder of a plan. */
  public static final class Builder {
    private final String input;
    private final String output;
    private Optional<InputFormat> format = Optional.empty();
    private Optional<TableSource> table = Optional.empty();
    Optional<ExampleColumns> columns = Optional.empty();
    Optional<ImageSize> size = Optional.empty();
    Geometry geometry = Geometry.NEW;
    OptionalInt channels = OptionalInt.empty();
    Normalisation.Kind normalisation = Normalisation.Kind.DATASET;
    double validation = DEFAULT_VALIDATION;
    double test = DEFAULT_TEST;
    private OnBad onBad = OnBad.FAIL;
    private double maxBad = DEFAULT_MAX_BAD;
    long seed = DEFAULT_SEED;
    List<String> labels = List.of();
    private ImageLimits limits = ImageLimits.DEFAULT;
    private OnDamaged damaged = OnDamaged.KEEP;
    Optional<Background> background = Optional.empty();
    Optional<String> groups = Optional.empty();
    Duplicates duplicates = Duplicates.KEEP;
    private boolean append;
    private ExistingOutput existing = ExistingOutput.KEEP;

    private Builder(String input, String output) {
      this.input = input;
      this.output = output;
    }

    public Builder format(Optional<? extends InputFormat> value) {
      format = value.map(InputFormat.class::cast);
      return this;
    }

    /** Makes the plan one of a table. */
    public Builder table(TableSource source, ExampleColumns value) {
      table = Optional.of(source);
      columns = Optional.of(value);
      return this;
    }

    public Builder size(ImageSize value) {
      size = Optional.of(value);
      return this;
    }

    public Builder fit(Fit value) {
      return geometry(geometry.with(value));
    }

    public Builder geometry(Geometry value) {
      geometry = value;
      return this;
    }

    public Builder channels(int value) {
      channels = OptionalInt.of(value);
      return this;
    }

    public Builder normalisation(Normalisation.Kind value) {
      normalisation = value;
      return this;
    }

    public Builder validation(double value) {
      validation = value;
      return this;
    }

    public Builder test(double value) {
      test = value;
      return this;
    }

    public Builder onBad(OnBad value) {
      onBad = value;
      return this;
    }

    public Builder maxBad(double value) {
      maxBad = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder labels(List<String> value) {
      labels = value;
      return this;
    }

    public Builder limits(ImageLimits value) {
      limits = value;
      return this;
    }

    public Builder damaged(OnDamaged value) {
      damaged = value;
      return this;
    }

    public Builder background(Optional<Background> value) {
      background = value;
      return this;
    }

    public Builder groups(Optional<String> value) {
      groups = value;
      return this;
    }

    public Builder duplicates(Duplicates value) {
      duplicates = value;
      return this;
    }

    /**
     * Makes the plan one of adding images to a dataset, with the settings that it was prepared
     * with.
     *
     * @param problems receives what this plan wants otherwise
     */
    public Builder appendTo(Manifest dataset, Problems problems) {
      new Appended(dataset, problems).apply(this);
      append = true;
      return this;
    }

    public Builder existing(ExistingOutput value) {
      existing = value;
      return this;
    }

    /**
     * Builds the plan.
     *
     * @throws dev.convoy.data.InvalidRequestException with all its faults
     */
    public PreparePlan build() {
      return new PreparePlan(
          input,
          output,
          format,
          table,
          columns,
          size,
          geometry,
          channels,
          normalisation,
          validation,
          test,
          onBad,
          maxBad,
          seed,
          labels,
          limits,
          damaged,
          background,
          groups,
          duplicates,
          append,
          existing);
    }
  }
}
