package dev.convoy.data.quality;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Looks at all images of a dataset. What is found depends on the examples only, and not on the
 * number of tasks or their order.
 *
 * <p>Nearly equal images are pairs of different images whose bits differ in at most {@value
 * #MOST_BITS} places ({@link Signature}) and whose small images differ by less than {@value
 * #MOST_LEVELS} grey levels on average, and by less than a tenth of what they hold, and nowhere by
 * five times as much. Candidates share one of four parts of their bits, so every pair that differs
 * in less than four bits is a candidate. Of more than {@value #LARGEST_BUCKET} images that share a
 * part, only the first are compared, and the others are counted as plain.
 */
public final class QualityJob {
  private static final int MOST_BITS = 10;
  private static final double MOST_LEVELS = 4;
  private static final int LARGEST_BUCKET = 400;
  private static final int NAMED = 10;

  private final SparkSession spark;
  private final ImageDataset dataset;
  private final Manifest manifest;
  private final WorkListener progress;

  private QualityJob(SparkSession spark, ImageDataset dataset, WorkListener progress) {
    this.spark = spark;
    this.dataset = dataset;
    this.manifest = dataset.manifest();
    this.progress = progress;
  }

  /** What was found, and the pictures that show it. */
  public record Result(DatasetQuality quality, DatasetPictures pictures) {}

  /**
   * Looks at a dataset.
   *
   * @param sources what the images were before they were fitted; null if that is not known
   * @param warnings warnings of the preparation
   */
  public static Result run(
      SparkSession spark,
      ImageDataset dataset,
      SourceProfile sources,
      List<String> warnings,
      WorkListener progress) {
    return new QualityJob(spark, dataset, progress).run(sources, warnings);
  }

  private Result run(SourceProfile sources, List<String> warnings) {
    JavaRDD<Signature> signatures;
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Comparing",
            "images",
            OptionalLong.of(manifest.examples()))) {
      signatures = signatures(work.counter()).persist(StorageLevel.MEMORY_AND_DISK_SER());
      signatures.count();
    }
    try {
      JavaRDD<EqualImages> equal =
          signatures
              .mapToPair(each -> new Tuple2<>(new Tuple2<>(each.high(), each.low()), each))
              .aggregateByKey(new EqualImages(), EqualImages::add, EqualImages::merge)
              .values();
      GroupCounts groups =
          equal
              .filter(EqualImages::isGroup)
              .map(EqualImages::group)
              .aggregate(new GroupCounts(), GroupCounts::add, GroupCounts::merge);
      NearPairs near = near(equal.map(EqualImages::first).filter(first -> !first.constant()));
      JavaRDD<Member> constant = signatures.filter(Signature::constant).map(Signature::member);
      DatasetQuality quality =
          new DatasetQuality(
              DatasetQuality.FORMAT_VERSION,
              manifest.fingerprint(),
              groups.result(),
              near.counts.result(),
              near.plain,
              near.firstPlain,
              constant.count(),
              constant.takeOrdered(NAMED, new MemberOrder()),
              sources,
              reasons(manifest.rejectedFiles(), "id", "1L"),
              reasons(manifest.skippedFiles(), "path", "greatest(files, 1)"),
              warnings);
      return new Result(quality, pictures(quality));
    } finally {
      signatures.unpersist();
    }
  }

  /** An order that Spark can send to tasks. */
  private static final class MemberOrder implements Comparator<Member>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Member one, Member other) {
      return Member.BY_ID.compare(one, other);
    }
  }

  /** Pairs of nearly equal images, and the images that were not compared. */
  private record NearPairs(GroupCounts counts, long plain, List<Member> firstPlain) {}

  private NearPairs near(JavaRDD<Signature> different) {
    JavaPairRDD<Long, Signature> bands =
        different.flatMapToPair(
            each -> {
              List<Tuple2<Long, Signature>> found = new ArrayList<>();
              for (int band = 0; band < Signature.BANDS; band++) {
                if (each.isTelling(band)) {
                  found.add(
                      new Tuple2<>((long) band << 32 | (each.band(band) & 0xffffffffL), each));
                }
              }
              return found.iterator();
            });
    JavaRDD<Bucket> buckets =
        bands
            .aggregateByKey(
                new Bucket(LARGEST_BUCKET),
                (bucket, each) -> bucket.add(each),
                (one, other) -> one.merge(other))
            .map(entry -> entry._2().of((int) (entry._1() >>> 32)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      GroupCounts pairs =
          buckets
              .flatMap(bucket -> bucket.pairs(MOST_BITS, MOST_LEVELS).iterator())
              .aggregate(new GroupCounts(), GroupCounts::add, GroupCounts::merge);
      long crowded = buckets.mapToDouble(Bucket::left).sum().longValue();
      JavaRDD<Member> plain = different.filter(QualityJob::isPlain).map(Signature::member);
      List<Member> first =
          plain
              .union(buckets.flatMap(bucket -> bucket.firstLeft().iterator()))
              .distinct()
              .takeOrdered(NAMED, new MemberOrder());
      return new NearPairs(pairs, plain.count() + crowded, first);
    } finally {
      buckets.unpersist();
    }
  }

  private static boolean isPlain(Signature image) {
    for (int band = 0; band < Signature.BANDS; band++) {
      if (image.isTelling(band)) {
        return false;
      }
    }
    return true;
  }

  private JavaRDD<Signature> signatures(LongAccumulator done) {
    ImageShape shape = manifest.shape();
    return examples()
        .map(
            example -> {
              Row row = example._2();
              Signature signature =
                  Signature.of(row.getString(0), row.getInt(1), example._1(), row.getAs(2), shape);
              done.add(1);
              return signature;
            });
  }

  /** Returns all examples with their splits. */
  private JavaRDD<Tuple2<Split, Row>> examples() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Tuple2<Split, Row>> all = context.emptyRDD();
    for (Map.Entry<Split, List<DataFile>> files : manifest.files().entrySet()) {
      Split split = files.getKey();
      JavaRDD<Row> rows =
          spark.read().schema(ImageDataset.SCHEMA).parquet(paths(files.getValue())).javaRDD();
      all = all.union(rows.map(row -> new Tuple2<>(split, row)));
    }
    return all;
  }

  private String[] paths(List<DataFile> files) {
    return files.stream()
        .map(file -> Storage.literal(Storage.join(dataset.directory(), file.path())))
        .toArray(String[]::new);
  }

  /**
   * Groups the files that are not in the dataset by their reasons.
   *
   * @param name column with the name of a file
   * @param files expression for the number of files of a row
   */
  private List<ReasonCount> reasons(List<DataFile> lists, String name, String files) {
    if (lists.isEmpty()) {
      return List.of();
    }
    Reasons found =
        spark
            .read()
            .parquet(paths(lists))
            .selectExpr("reason", name, "CAST(" + files + " AS LONG)")
            .javaRDD()
            .aggregate(
                new Reasons(NAMED),
                (reasons, row) -> reasons.add(row.getString(0), row.getString(1), row.getLong(2)),
                Reasons::merge);
    return found.counts();
  }

  private DatasetPictures pictures(DatasetQuality quality) {
    Set<String> wanted = new HashSet<>();
    Stream.of(quality.equal(), quality.alike())
        .flatMap(same -> same.first().stream())
        .flatMap(group -> group.members().stream())
        .forEach(member -> wanted.add(DatasetPictures.key(member)));
    quality.firstConstant().forEach(member -> wanted.add(DatasetPictures.key(member)));
    Gallery empty = new Gallery(manifest.shape(), shownLabels(), wanted);
    try (TaskItems work =
        new TaskItems(
            spark.sparkContext(),
            progress,
            "Choosing pictures",
            "images",
            OptionalLong.of(manifest.examples()))) {
      LongAccumulator done = work.counter();
      return examples()
          .treeAggregate(
              empty,
              (gallery, example) -> {
                Row row = example._2();
                done.add(1);
                return gallery.add(
                    new Member(row.getString(0), row.getInt(1), example._1()), row.getAs(2));
              },
              Gallery::merge)
          .pictures();
    }
  }

  /** Returns the labels with the most examples, as far as a page can show them. */
  private Set<Integer> shownLabels() {
    int most =
        Math.max(1, Math.min(Gallery.MOST_LABELS, Gallery.MOST_VALUES / manifest.shape().size()));
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < manifest.labels().size(); label++) {
      labels.add(label);
    }
    labels.sort(
        Comparator.comparing(
                (Integer label) ->
                    manifest.counts().values().stream()
                        .mapToLong(counts -> counts.get(label))
                        .sum())
            .reversed());
    return Set.copyOf(labels.subList(0, Math.min(most, labels.size())));
  }
}
